import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { maxLoggedAttempts, webhookPayloadSchema, type TenantId } from '@wafleet/contracts';
import { Webhook } from 'standardwebhooks';
import { renameChatOfDeliveries } from '../../src/webhooks/queue-deliveries';
import type { Taken } from '../fakes/webhook-receiver';
import { startWebhooks, type WebhooksHarness } from './webhooks-harness';

const chats = ['15550100001@c.us', '15550100002@c.us', '15550100003@c.us'];
const [chat] = chats as [string];
const numbered = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => `text ${from + index}`);
const textsOf = (taken: readonly Taken[], ofChat: string) =>
  taken.flatMap(({ body }) => (body.message.chatId === ofChat ? [body.message.body as string] : []));
/** Without the repeats of an id. */
const once = (taken: readonly Taken[]) => [...new Map(taken.map((one) => [one.id, one])).values()];

/** What somebody makes of a delivery that was caught. */
interface Forgery {
  altered?: Record<string, string>;
  payload?: string;
  secret?: string;
}

jest.setTimeout(120_000);

describe('webhooks', () => {
  let webhooks: WebhooksHarness;
  let tenantId: TenantId;

  beforeAll(async () => {
    webhooks = await startWebhooks();
  });
  afterAll(() => webhooks?.stop());
  beforeEach(async () => {
    tenantId = await webhooks.createTenant();
  });
  afterEach(async () => {
    await webhooks.stopSending();
    await webhooks.db.tenant.deleteMany();
  });

  it('tell a receiver that knows nothing but Standard Webhooks, with the event and its message', async () => {
    webhooks.start();
    const { receiver, webhook } = await webhooks.listen(tenantId);
    await webhooks.tell(tenantId, chat, ['Hello']);
    await webhooks.settled(webhook.id);
    const [taken] = receiver.taken as [Taken];
    expect(receiver.forged).toBe(0);
    expect(webhookPayloadSchema.parse(taken.body)).toMatchObject({
      id: taken.id,
      type: 'message.received',
      tenantId,
      message: { chatId: chat, body: 'Hello', direction: 'INBOUND' },
    });
    expect(await webhooks.deliveries(webhook.id)).toMatchObject([
      { state: 'DELIVERED', attempts: 1, responseCode: 200, problem: null },
    ]);
  });

  it('keep the order of each chat, one delivery of it at a time, and chats wait for nobody', async () => {
    webhooks.start();
    const { receiver, webhook } = await webhooks.listen(tenantId);
    receiver.answer = { afterMs: 20 };
    for (let from = 0; from < 30; from += 10)
      await Promise.all(chats.map((one) => webhooks.tell(tenantId, one, numbered(from, 10))));
    await webhooks.settled(webhook.id);
    for (const one of chats) expect(textsOf(receiver.taken, one)).toEqual(numbered(0, 30));
    expect(new Set(receiver.ids()).size).toBe(90);
    expect(receiver.mostOfOneChat).toBe(1);
    expect(receiver.mostAtOnce).toBeGreaterThan(1);
    expect(receiver.connections).toBeLessThanOrEqual(10);
  });

  it('are not more at once than the configuration says', async () => {
    webhooks.start({ maxParallel: 3, maxParallelPerEndpoint: 2 });
    const one = await webhooks.listen(tenantId);
    const other = await webhooks.listen(tenantId);
    for (const { receiver } of [one, other]) receiver.answer = { afterMs: 30 };
    for (let number = 0; number < 8; number += 1)
      await webhooks.tell(tenantId, `1555010010${number}@c.us`, ['a', 'b']);
    for (const { webhook } of [one, other]) await webhooks.settled(webhook.id);
    for (const { receiver } of [one, other]) expect(receiver.mostAtOnce).toBeLessThanOrEqual(2);
  });

  it('of a receiver that is killed and comes back later are all delivered, in order, each under one id', async () => {
    webhooks.start();
    const { receiver, webhook } = await webhooks.listen(tenantId);
    await Promise.all(chats.map((one) => webhooks.tell(tenantId, one, numbered(0, 10))));
    await webhooks.until(() => receiver.taken.length > 5, 'some deliveries');
    await receiver.kill();
    await Promise.all(chats.map((one) => webhooks.tell(tenantId, one, numbered(10, 10))));
    await webhooks.until(async () => (await webhooks.endpoint(webhook.id)).failures >= 4, 'tries in vain');
    const { state, reason, pausedUntil } = await webhooks.endpoint(webhook.id);
    expect({ state, reason }).toEqual({ state: 'PAUSED', reason: 'unreachable' });
    expect(pausedUntil).not.toBeNull();
    await receiver.start();
    await webhooks.settled(webhook.id);
    for (const one of chats) expect(textsOf(once(receiver.taken), one)).toEqual(numbered(0, 20));
    expect(new Set(await webhooks.states(webhook.id))).toEqual(new Set(['DELIVERED']));
    expect(await webhooks.endpoint(webhook.id)).toMatchObject({ state: 'ACTIVE', reason: null, failures: 0 });
    const events = await webhooks.db.tenantEvent.findMany({
      where: { tenantId, type: 'webhook.state' },
      orderBy: { seq: 'asc' },
    });
    expect(events.map(({ data }) => (data as any).state)).toEqual(['PAUSED', 'ACTIVE']);
  });

  it.each([
    ['answers 500', 500, 'server_error'],
    ['redirects', 302, 'redirected'],
    ['says nothing', 'hang', 'timed_out'],
    ['breaks the connection', 'broken', 'unreachable'],
  ] as const)(
    'of a receiver that %s wait, tried by one alone, until it works',
    async (_what, answer, reason) => {
      webhooks.start({ timeoutMs: 500 });
      const { receiver, webhook } = await webhooks.listen(tenantId);
      receiver.answer = answer;
      await Promise.all(chats.map((one) => webhooks.tell(tenantId, one, numbered(0, 3))));
      await webhooks.until(
        async () => (await webhooks.endpoint(webhook.id)).failures >= 3,
        'several tries in vain',
      );
      expect(await webhooks.endpoint(webhook.id)).toMatchObject({ state: 'PAUSED', reason });
      expect(receiver.taken).toEqual([]);
      // The first of each chat at most, then one at a time.
      expect(receiver.asked.length).toBeLessThan(3 + 2 * (await webhooks.endpoint(webhook.id)).failures);
      receiver.answer = 200;
      await webhooks.settled(webhook.id);
      for (const one of chats) expect(textsOf(once(receiver.taken), one)).toEqual(numbered(0, 3));
    },
  );

  it('of a receiver whose answer never ends count by its status, and hold nobody up', async () => {
    webhooks.start();
    const { receiver, webhook } = await webhooks.listen(tenantId);
    receiver.answer = 'endless';
    await webhooks.tell(tenantId, chat, numbered(0, 2));
    await webhooks.settled(webhook.id);
    expect(textsOf(receiver.taken, chat)).toEqual(numbered(0, 2));
  });

  it('that one receiver is slow to take are no burden for another', async () => {
    webhooks.start({ timeoutMs: 500 });
    const slow = await webhooks.listen(tenantId);
    const quick = await webhooks.listen(tenantId);
    slow.receiver.answer = 'hang';
    await webhooks.tell(tenantId, chat, numbered(0, 5));
    await webhooks.settled(quick.webhook.id);
    expect(textsOf(once(quick.receiver.taken), chat)).toEqual(numbered(0, 5));
    expect(slow.receiver.taken).toEqual([]);
  });

  it('that are refused are parked, and the next of the chat goes on', async () => {
    webhooks.start();
    const { receiver, webhook } = await webhooks.listen(tenantId);
    receiver.answer = ({ message }) => (message.body === 'text 1' ? 422 : 200);
    await webhooks.tell(tenantId, chat, numbered(0, 3));
    await webhooks.settled(webhook.id);
    expect(await webhooks.states(webhook.id)).toEqual(['DELIVERED', 'PARKED', 'DELIVERED']);
    expect((await webhooks.deliveries(webhook.id))[1]).toMatchObject({
      responseCode: 422,
      problem: 'refused',
      attempts: 1,
    });
    receiver.answer = 200;
    const { items } = await webhooks.running.deliveries.list(tenantId, webhook.id, {
      state: 'PARKED',
      limit: 10,
    });
    await webhooks.running.deliveries.replay(tenantId, webhook.id, items[0]?.id as string);
    await webhooks.settled(webhook.id);
    expect(receiver.taken.at(-1)?.id).toBe(items[0]?.id);
  });

  it('that alone fail again and again are parked, while those of other chats are taken', async () => {
    webhooks.start({ maxAttemptsAlone: 3 });
    const { receiver, webhook } = await webhooks.listen(tenantId);
    receiver.answer = ({ message }) => (message.body === 'poison' ? 500 : 200);
    await webhooks.tell(tenantId, chat, ['poison', 'after it']);
    await webhooks.tell(tenantId, chats[1] as string, numbered(0, 5));
    await webhooks.tell(tenantId, chats[2] as string, numbered(0, 5));
    await webhooks.settled(webhook.id);
    const parked = (await webhooks.deliveries(webhook.id)).filter(({ state }) => state === 'PARKED');
    expect(parked).toMatchObject([{ problem: 'fails_alone' }]);
    expect(textsOf(receiver.taken, chat)).toEqual(['after it']);
  });

  it('wait as long as Retry-After says', async () => {
    webhooks.start();
    const { receiver, webhook } = await webhooks.listen(tenantId);
    receiver.answer = 429;
    receiver.retryAfter = '2';
    const begun = performance.now();
    await webhooks.tell(tenantId, chat, ['Hello']);
    await webhooks.until(() => receiver.asked.length === 1, 'a first try');
    receiver.answer = 200;
    await webhooks.settled(webhook.id);
    expect(performance.now() - begun).toBeGreaterThan(1_900);
    expect(receiver.asked).toHaveLength(2);
  });

  it('go on at once when their address is corrected', async () => {
    webhooks.start({ pause: { firstMs: 3_600_000, maxMs: 3_600_000 } });
    const wrong = await webhooks.listen(tenantId);
    const right = await webhooks.listen(tenantId);
    await webhooks.running.service.remove(tenantId, right.webhook.id, 'operator');
    wrong.receiver.answer = 302;
    await webhooks.tell(tenantId, chat, ['Hello']);
    const { id, secret } = wrong.webhook;
    await webhooks.until(async () => (await webhooks.endpoint(id)).state === 'PAUSED', 'a pause');
    right.receiver.secret = secret;
    await webhooks.running.service.update(tenantId, id, { url: right.receiver.url }, 'operator');
    await webhooks.settled(id);
    expect(textsOf(right.receiver.taken, chat)).toEqual(['Hello']);
  });

  it('have a log of their attempts, with how each came out and how long it took', async () => {
    webhooks.start();
    const { receiver, webhook } = await webhooks.listen(tenantId);
    let requests = 0;
    receiver.answer = () => ((requests += 1) === 1 ? 'broken' : requests === 2 ? 503 : { afterMs: 30 });
    await webhooks.tell(tenantId, chat, ['Hello']);
    await webhooks.settled(webhook.id);
    const { items } = await webhooks.running.deliveries.list(tenantId, webhook.id, { limit: 10 });
    const { id } = items[0] as { id: string };
    const { attemptLog } = await webhooks.running.deliveries.get(tenantId, webhook.id, id);
    expect(attemptLog).toMatchObject([
      { responseCode: null, problem: { code: 'unreachable' } },
      { responseCode: 503, problem: { code: 'server_error' } },
      { responseCode: 200, problem: null },
    ]);
    expect(attemptLog[2]?.durationMs).toBeGreaterThanOrEqual(29);
    await webhooks.running.deliveries.replay(tenantId, webhook.id, id);
    await webhooks.settled(webhook.id);
    const again = await webhooks.running.deliveries.get(tenantId, webhook.id, id);
    expect({ attempts: again.attempts, logged: again.attemptLog.length }).toEqual({ attempts: 1, logged: 4 });
  });

  it('have a log of no more than the latest attempts, which goes with them', async () => {
    webhooks.start({ pause: { firstMs: 1, maxMs: 1 }, sweepMs: 5 });
    const { receiver, webhook } = await webhooks.listen(tenantId);
    receiver.answer = 500;
    await webhooks.tell(tenantId, chat, ['Hello']);
    await webhooks.until(() => receiver.asked.length > maxLoggedAttempts, 'many tries in vain');
    receiver.answer = 204;
    await webhooks.settled(webhook.id);
    const [delivery] = await webhooks.deliveries(webhook.id);
    const log = await webhooks.db.webhookAttempt.findMany({ orderBy: { id: 'asc' } });
    expect(delivery?.attempts).toBeGreaterThan(maxLoggedAttempts);
    expect(log.map(({ responseCode }) => responseCode)).toEqual([
      ...Array.from({ length: maxLoggedAttempts - 1 }, () => 500),
      204,
    ]);
    await webhooks.db.webhookDelivery.deleteMany();
    expect(await webhooks.db.webhookAttempt.count()).toBe(0);
  });

  it('of a chat that is known by another name meanwhile stay one after the other', async () => {
    webhooks.start({ timeoutMs: 60_000 });
    const { receiver, webhook } = await webhooks.listen(tenantId);
    const lid = '20000000000001@lid';
    const other = chats[1] as string;
    let release = () => undefined as void;
    const held = new Promise<void>((resolve) => (release = resolve));
    receiver.answer = ({ message }) => (message.body === 'text 0' ? { after: held } : 200);
    await webhooks.tell(tenantId, lid, numbered(0, 3));
    await webhooks.until(() => receiver.asked.length === 1, 'a delivery under way');
    await webhooks.commit(async (tx) => {
      await tx.message.updateMany({ where: { tenantId, chatId: lid }, data: { chatId: chat } });
      await renameChatOfDeliveries(tx, tenantId, lid, chat);
      return { events: [], result: undefined };
    });
    await webhooks.tell(tenantId, chat, numbered(3, 2));
    // Looks that have seen the new name have passed once what is told of another chat has arrived.
    await webhooks.tell(tenantId, other, ['Hello']);
    await webhooks.until(() => textsOf(receiver.taken, other).length === 1, 'another chat');
    expect(receiver.asked).toHaveLength(2);
    release();
    await webhooks.settled(webhook.id);
    const texts = receiver.taken.map(({ body }) => body.message.body as string);
    expect(texts.filter((text) => text !== 'Hello')).toEqual(numbered(0, 5));
  });

  it('end with an answer of 410, which is told, and go on when they are switched on again', async () => {
    webhooks.start();
    const { receiver, webhook } = await webhooks.listen(tenantId);
    receiver.answer = 410;
    await webhooks.tell(tenantId, chat, ['Hello']);
    await webhooks.until(async () => (await webhooks.endpoint(webhook.id)).state === 'DISABLED', '410 noted');
    const told = await webhooks.db.tenantEvent.findFirstOrThrow({
      where: { tenantId, type: 'webhook.state' },
    });
    expect(told.data).toEqual({ webhookId: webhook.id, state: 'DISABLED', reason: 'gone' });
    await webhooks.tell(tenantId, chat, ['unheard']);
    receiver.answer = 200;
    await webhooks.running.service.update(tenantId, webhook.id, { isEnabled: true }, 'operator');
    await webhooks.settled(webhook.id);
    expect(textsOf(receiver.taken, chat)).toEqual(['Hello']);
  });

  it('that a receiver answers 410 to are an alert for operators, which a person ends by a word', async () => {
    webhooks.start();
    const byWord = await webhooks.listen(tenantId);
    const removed = await webhooks.listen(tenantId);
    for (const { receiver } of [byWord, removed]) receiver.answer = 410;
    await webhooks.tell(tenantId, chat, ['Hello']);
    const alerts = () => webhooks.db.alert.findMany({ where: { tenantId }, orderBy: { openedAt: 'asc' } });
    const open = async () => (await alerts()).filter(({ endedAt }) => endedAt === null);
    await webhooks.until(async () => (await open()).length === 2, 'an alert of each');
    expect(await open()).toMatchObject([{ reason: 'webhook_gone' }, { reason: 'webhook_gone' }]);
    byWord.receiver.answer = 200;
    const { service } = webhooks.running;
    await service.update(tenantId, byWord.webhook.id, { description: 'Orders' }, 'operator');
    expect(await open()).toHaveLength(2);
    await service.update(tenantId, byWord.webhook.id, { isEnabled: true }, 'operator');
    expect(await open()).toMatchObject([{ webhookId: removed.webhook.id }]);
    await service.remove(tenantId, removed.webhook.id, 'operator');
    expect(await open()).toEqual([]);
  });

  it('that could not be taken for a day are given up, and later ones are not', async () => {
    webhooks.start({ giveUpMs: 60_000 });
    const { receiver, webhook } = await webhooks.listen(tenantId);
    receiver.answer = 500;
    await webhooks.tell(tenantId, chat, ['old']);
    await webhooks.until(() => receiver.asked.length > 0, 'a try');
    await webhooks.stopSending();
    await webhooks.db.webhookDelivery.updateMany({
      where: { endpointId: webhook.id },
      data: { queuedAt: new Date(Date.now() - 61_000) },
    });
    await webhooks.tell(tenantId, chat, ['new']);
    webhooks.start({ giveUpMs: 60_000 });
    await webhooks.until(async () => (await webhooks.states(webhook.id))[0] === 'DEAD', 'giving up');
    receiver.answer = 200;
    await webhooks.settled(webhook.id);
    expect(await webhooks.states(webhook.id)).toEqual(['DEAD', 'DELIVERED']);
  });

  it('are signed by both secrets while both are valid', async () => {
    webhooks.start();
    const { receiver, webhook } = await webhooks.listen(tenantId);
    const keep = { keepSeconds: 3_600 };
    const rotated = await webhooks.running.service.rotateSecret(tenantId, webhook.id, keep, 'operator');
    await webhooks.tell(tenantId, chat, ['by the old one']);
    await webhooks.settled(webhook.id);
    receiver.secret = rotated.secret;
    await webhooks.tell(tenantId, chat, ['by the new one']);
    await webhooks.settled(webhook.id);
    expect([receiver.forged, receiver.taken.length]).toEqual([0, 2]);
    receiver.secret = webhook.secret;
    webhooks.passMs(3_601_000);
    await webhooks.running.service.rotateSecret(tenantId, webhook.id, { keepSeconds: 0 }, 'operator');
    webhooks.passMs(-3_601_000);
    await webhooks.tell(tenantId, chat, ['by neither']);
    await webhooks.settled(webhook.id);
    expect(receiver.forged).toBe(1);
  });

  it('verify as they came, and not once anything of them is another, nor once they are five minutes old', async () => {
    webhooks.start();
    const { receiver, webhook } = await webhooks.listen(tenantId);
    const { webhook: another } = await webhooks.listen(tenantId);
    await webhooks.tell(tenantId, chat, ['Pay 10', 'Pay 20']);
    await webhooks.settled(webhook.id);
    const [taken, later] = receiver.taken as [Taken, Taken];
    const { text, headers, body } = taken;
    const at = Number(headers['webhook-timestamp']);
    const outcome = ({ altered = {}, payload = text, secret = webhook.secret }: Forgery) => {
      try {
        return new Webhook(secret).verify(payload, { ...headers, ...altered });
      } catch (error) {
        return (error as Error).message;
      }
    };
    const noMatch = 'No matching signature found';
    expect(outcome({})).toEqual(body);
    expect({
      anotherId: outcome({ altered: { 'webhook-id': later.id } }),
      anotherTime: outcome({ altered: { 'webhook-timestamp': String(at + 1) } }),
      oneByte: outcome({ payload: text.replace('Pay 10', 'Pay 90') }),
      oneByteMore: outcome({ payload: `${text} ` }),
      signatureOfAnotherEvent: outcome({
        altered: { 'webhook-signature': later.headers['webhook-signature'] as string },
      }),
      signatureByAnotherSecret: outcome({
        altered: {
          'webhook-signature': new Webhook(another.secret).sign(taken.id, new Date(at * 1_000), text),
        },
      }),
      verifiedByAnotherSecret: outcome({ secret: another.secret }),
    }).toEqual({
      anotherId: noMatch,
      anotherTime: noMatch,
      oneByte: noMatch,
      oneByteMore: noMatch,
      signatureOfAnotherEvent: noMatch,
      signatureByAnotherSecret: noMatch,
      verifiedByAnotherSecret: noMatch,
    });
    // The receiver's clock, and nothing else, moves on.
    const clock = jest.spyOn(Date, 'now');
    try {
      clock.mockReturnValue((at + 300) * 1_000);
      expect(outcome({})).toEqual(body);
      clock.mockReturnValue((at + 301) * 1_000);
      expect(outcome({})).toBe('Message timestamp too old');
      clock.mockReturnValue((at - 301) * 1_000);
      expect(outcome({})).toBe('Message timestamp too new');
    } finally {
      clock.mockRestore();
    }
  });

  it('that are sent again have their id, and a time and a signature of their own', async () => {
    webhooks.start();
    const { receiver, webhook } = await webhooks.listen(tenantId);
    await webhooks.tell(tenantId, chat, ['Hello']);
    await webhooks.settled(webhook.id);
    const [first] = receiver.taken as [Taken];
    webhooks.passMs(2_000);
    await webhooks.running.deliveries.replay(tenantId, webhook.id, first.id);
    await webhooks.until(() => receiver.taken.length === 2, 'it a second time');
    const [, second] = receiver.taken as [Taken, Taken];
    expect({ id: second.id, text: second.text }).toEqual({ id: first.id, text: first.text });
    const sentAt = ({ headers }: Taken) => Number(headers['webhook-timestamp']);
    expect(sentAt(second)).toBeGreaterThanOrEqual(sentAt(first) + 2);
    expect(second.headers['webhook-signature']).not.toBe(first.headers['webhook-signature']);
    expect(receiver.forged).toBe(0);
  });

  it('survive a restart: what waits is sent, what was sent is not sent again', async () => {
    webhooks.start();
    const { receiver, webhook } = await webhooks.listen(tenantId);
    await webhooks.tell(tenantId, chat, numbered(0, 3));
    await webhooks.settled(webhook.id);
    await webhooks.stopSending();
    await webhooks.tell(tenantId, chat, numbered(3, 3));
    webhooks.start();
    await webhooks.settled(webhook.id);
    expect(textsOf(receiver.taken, chat)).toEqual(numbered(0, 6));
  });

  it('stop in the middle of a request that nobody answers, and count it as no failure', async () => {
    webhooks.start({ timeoutMs: 60_000 });
    const { receiver, webhook } = await webhooks.listen(tenantId);
    receiver.answer = 'hang';
    await webhooks.tell(tenantId, chat, ['Hello']);
    await webhooks.until(() => receiver.asked.length === 1, 'a request');
    await webhooks.stopSending();
    expect(await webhooks.deliveries(webhook.id)).toMatchObject([{ state: 'PENDING', attempts: 0 }]);
    expect(await webhooks.endpoint(webhook.id)).toMatchObject({ state: 'ACTIVE', failures: 0 });
  });

  it('reach no private address, also by a name that is public at the first look-up only', async () => {
    let lookUps = 0;
    webhooks.start({ networks: ['203.0.113.0/24'], timeoutMs: 500 }, (_name, _options, done) => {
      lookUps += 1;
      done(null, [{ address: lookUps === 1 ? '203.0.113.1' : '127.0.0.1', family: 4 }]);
    });
    const { receiver, webhook } = await webhooks.listen(tenantId, {
      url: (url) => url.replace('127.0.0.1', 'rebinding.example'),
    });
    await webhooks.tell(tenantId, chat, ['Hello']);
    await webhooks.until(
      async () => (await webhooks.endpoint(webhook.id)).reason === 'address_refused',
      'a refusal',
    );
    expect(lookUps).toBeGreaterThanOrEqual(2);
    expect(receiver.asked).toEqual([]);
  });

  it('go out no more once their tenant is being erased', async () => {
    webhooks.start();
    const { receiver, webhook } = await webhooks.listen(tenantId);
    await webhooks.db.tenant.update({ where: { id: tenantId }, data: { desiredState: 'ERASED' } });
    await webhooks.tell(tenantId, chat, ['Hello']);
    const other = await webhooks.createTenant();
    const seen = await webhooks.listen(other);
    await webhooks.tell(other, chat, ['Hello']);
    await webhooks.settled(seen.webhook.id);
    expect(receiver.asked).toEqual([]);
    await webhooks.db.tenant.delete({ where: { id: tenantId } });
    expect(await webhooks.deliveries(webhook.id)).toEqual([]);
  });

  it('are tested without touching what waits, and the answer says what came of it', async () => {
    webhooks.start();
    const { receiver, webhook } = await webhooks.listen(tenantId);
    const test = () => webhooks.running.test(tenantId, webhook.id);
    expect(await test()).toEqual({ isTaken: true, responseCode: 200, problem: null });
    expect(receiver.taken).toMatchObject([{ body: { type: 'webhook.test', tenantId, message: null } }]);
    receiver.answer = 404;
    expect(await test()).toMatchObject({ isTaken: false, responseCode: 404, problem: { code: 'refused' } });
    await receiver.kill();
    expect(await test()).toMatchObject({ responseCode: null, problem: { code: 'unreachable' } });
    expect(await webhooks.endpoint(webhook.id)).toMatchObject({ state: 'ACTIVE' });
    expect(await webhooks.deliveries(webhook.id)).toEqual([]);
  });

  it('are kept for a week where they were taken, for a month where not, and not waited with for ever', async () => {
    webhooks.start();
    const { webhook } = await webhooks.listen(tenantId);
    await webhooks.running.service.update(tenantId, webhook.id, { isEnabled: false }, 'operator');
    await webhooks.tell(tenantId, chat, ['any']);
    const event = await webhooks.db.tenantEvent.findFirstOrThrow({ where: { tenantId } });
    const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 3_600_000);
    const row = async (state: 'PENDING' | 'DELIVERED' | 'PARKED' | 'DEAD', days: number) => {
      const settledAt = state === 'PENDING' ? null : daysAgo(days);
      const { seq } = await webhooks.db.tenantEvent.create({ data: { ...event, seq: undefined, data: {} } });
      const of = { eventSeq: seq, endpointId: webhook.id, chat };
      await webhooks.db.webhookDelivery.create({
        data: { ...of, state, settledAt, queuedAt: daysAgo(days) },
      });
    };
    await row('DELIVERED', 6);
    await row('DELIVERED', 8);
    await row('PARKED', 29);
    await row('PARKED', 31);
    await row('DEAD', 31);
    await row('PENDING', 0.5);
    await row('PENDING', 2);
    await webhooks.running.cleanup.run();
    expect(await webhooks.states(webhook.id)).toEqual(['DELIVERED', 'PARKED', 'PENDING', 'DEAD']);
  });

  it('tell neither addresses, nor secrets, nor what they carry to the log', async () => {
    webhooks.start();
    const { receiver, webhook } = await webhooks.listen(tenantId);
    receiver.answer = 500;
    await webhooks.tell(tenantId, chat, ['a text of a person']);
    await webhooks.until(async () => (await webhooks.endpoint(webhook.id)).failures > 1, 'failures');
    const logged = webhooks.logLines.join();
    for (const secret of [webhook.secret, new URL(webhook.url).host, 'a text of a person', chat])
      expect(logged).not.toContain(secret);
  });
});
