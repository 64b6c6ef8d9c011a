import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  linkPath,
  type EventFrame,
  type IncidentEvent,
  type NormalisedMessage,
  type SessionSnapshot,
  type TenantId,
} from '@wafleet/contracts';
import { createDatabase, type Database } from '@wafleet/db';
import { createLogger } from '@wafleet/runtime';
import { createTestDatabase, eventually, type TestDatabase } from '@wafleet/testing';
import { createEventBus } from '../../src/live/event-bus';
import { createHeartbeatHistory } from '../../src/incidents/heartbeat-history';
import { createIncidentNoter } from '../../src/incidents/note-incident';
import { createMessageEventApplier } from '../../src/messages/inbox/apply-message-events';
import { createNewId } from '../../src/new-id';
import { createVault } from '../../src/secrets/vault';
import { createSessionEventApplier } from '../../src/sessions/apply-session-event';
import { createGreenWatch, type GreenWatch } from '../../src/sessions/green-watch';
import { createCommitWithEvents } from '../../src/tenants/commit-with-events';
import { hashToken } from '../../src/worker-link/admit-hello';
import { createEventCommitter } from '../../src/worker-link/commit/commit-events';
import { createWorkerLink, type WorkerLink } from '../../src/worker-link/worker-link';
import { createFakeLink, type FakeLink } from '../fakes/fake-link';

const waiting = { timeoutMs: 10_000 };
const greenMs = 60_000;
const newId = createNewId();
const masterKey = { id: 'test', key: new Uint8Array(32) };
const now = () => new Date();

let database: TestDatabase;
let db: Database;
let greenWatch: GreenWatch;
let workerLink: WorkerLink;
let url: string;
let tenantId: TenantId;
const open: FakeLink[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, maxConnections: 5 });
});
beforeEach(async () => {
  const commit = createCommitWithEvents({ db, epoch: 'e', bus: createEventBus() });
  const log = createLogger({ name: 'test', destination: { write: () => undefined } });
  greenWatch = createGreenWatch({ db, commit, now, log });
  workerLink = createWorkerLink({
    db,
    committer: createEventCommitter({
      commit,
      applySessionEvent: createSessionEventApplier({ newId, now, greenMs }),
      applyMessageEvents: createMessageEventApplier({ newId, now }),
      noteIncident: createIncidentNoter({ vault: createVault({ db, masterKey }), newId, now }),
      newId,
      now,
    }),
    heartbeatHistory: createHeartbeatHistory({ readOomKills: () => null }),
    greenWatch,
    greenMs,
    listener: {
      onLinkChanged: () => undefined,
      onSessionState: () => undefined,
      onOutageOpened: () => undefined,
    },
    now,
    random: () => 0.5,
    log,
  });
  await greenWatch.start();
  const { port } = await workerLink.listen(0, '127.0.0.1');
  url = `ws://127.0.0.1:${port}${linkPath}`;
  tenantId = await addTenant();
});
afterEach(async () => {
  for (const link of open.splice(0)) link.close();
  await workerLink.stop();
  await greenWatch.stop();
});
afterAll(async () => {
  await db.$disconnect();
  await database.drop();
});

/** A tenant whose worker is of generation 2; the token of each generation names it. */
async function addTenant(): Promise<TenantId> {
  const id = newId('ten') as TenantId;
  const worker = {
    status: 'RUNNING' as const,
    generation: 2,
    tokenHash: hashToken('token 2'),
    previousTokenHash: hashToken('token 1'),
  };
  await db.tenant.create({
    data: { id, name: 'Shop', status: 'STARTING', worker: { create: worker }, session: { create: {} } },
  });
  return id;
}

function connect(hello: Parameters<FakeLink['greet']>[0] = {}, tenant = tenantId): FakeLink {
  const link = createFakeLink(url);
  open.push(link);
  link.greet({ tenantId: tenant, generation: 2, token: `token ${hello.generation ?? 2}`, ...hello });
  return link;
}

const sessionState = async () => (await db.whatsappSession.findUniqueOrThrow({ where: { tenantId } })).state;
const bodies = async () =>
  (await db.message.findMany({ where: { tenantId }, orderBy: { id: 'asc' } })).map((row) => row.body);
const lastSeq = async () => (await db.workerProcess.findUniqueOrThrow({ where: { tenantId } })).lastSeq;
const status = async () => (await db.tenant.findUniqueOrThrow({ where: { id: tenantId } })).status;

const frame = (seq: number, event: EventFrame['event']): EventFrame => ({
  type: 'event',
  seq,
  at: Date.now(),
  event,
});
const message = (seq: number, part: Partial<NormalisedMessage> = {}) => {
  const chatId = '15550100001@c.us';
  const content = { type: 'text', body: `message ${seq}`, timestamp: Date.now(), senderName: null, ack: 0 };
  const flags = { isForwarded: false, hasMedia: false, quotedId: null, mentions: [], content: null };
  const key = { id: `3EB0${seq}`, fromMe: false, chatId, sender: chatId };
  return frame(seq, { kind: 'message.created', message: { key, ...content, ...flags, ...part } });
};
const session = (seq: number, snapshot: SessionSnapshot) =>
  frame(seq, { kind: 'session.changed', session: snapshot });

const incident = (seq: number, part: Partial<IncidentEvent> = {}) =>
  frame(seq, {
    kind: 'incident',
    number: 1,
    at: Date.now(),
    reason: 'renderer_crashed',
    detail: null,
    evidence: {
      transitions: [],
      probes: [],
      memory: [],
      console: [],
      pageErrors: [],
      browserOutput: [],
      browserExit: null,
      rendererExit: { status: 'killed', code: 9 },
      outOfMemory: null,
      versions: { whatsappWeb: null, browser: null, library: '1', worker: '1' },
    },
    screenshot: null,
    noScreenshot: 'the page had crashed',
    ...part,
  });
const incidents = () =>
  db.incident.findMany({ where: { tenantId }, include: { screenshot: true }, orderBy: { id: 'asc' } });

describe('hello', () => {
  it('of the current generation is welcome and brings its snapshot', async () => {
    const link = connect({ session: { state: 'CONNECTED', lastSeenAt: Date.now() } });
    expect(await link.next('welcome')).toMatchObject({ lastSeq: 0, account: null });
    await eventually(async () => (await status()) === 'ACTIVE', { ...waiting, what: 'green' });
  });

  it.each([
    ['a token of another tenant', { token: 'token of another' }, 'bad_token'],
    ['a generation that never was', { generation: 3, token: 'token 2' }, 'bad_token'],
    ['a generation long gone', { generation: 1, token: 'guessed', lastSeq: 5 }, 'superseded'],
    ['the generation before with nothing to hand over', { generation: 1, lastSeq: 0 }, 'superseded'],
    ['a protocol of the future', { protocol: 99 }, 'unsupported_protocol'],
  ])('with %s is refused', async (_title, hello, code) => {
    expect(await connect(hello).next('refused')).toMatchObject({ code });
  });

  it('of a tenant that does not exist is refused', async () => {
    expect(await connect({}, newId('ten') as TenantId).next('refused')).toMatchObject({ code: 'bad_token' });
  });

  it('comes first', async () => {
    const link = createFakeLink(url);
    open.push(link);
    link.send(message(1));
    expect(await link.next('refused')).toMatchObject({ code: 'bad_frame' });
  });

  it('is taken on the link path and nowhere else', async () => {
    const answer = await fetch(url.replace('ws:', 'http:').replace(linkPath, '/admin/tenants'));
    expect(answer.status).toBe(404);
    const stray = createFakeLink(url.replace(linkPath, '/elsewhere'));
    await stray.closed;
  });
});

describe('events', () => {
  it('are acked once they are committed, and repeats change nothing', async () => {
    const link = connect();
    await link.next('welcome');
    for (const seq of [1, 2, 3]) link.send(message(seq));
    await link.nextAck(3);
    expect(await bodies()).toEqual(['message 1', 'message 2', 'message 3']);
    for (const seq of [2, 3, 4]) link.send(message(seq));
    await link.nextAck(4);
    expect(await bodies()).toHaveLength(4);
    expect(link.acks).toEqual([...link.acks].sort((a, b) => a - b));
    expect(await lastSeq()).toBe(4);
  });

  it('that are incidents are stored once, also when they come again over another link', async () => {
    const link = connect();
    await link.next('welcome');
    link.send(session(1, link.snapshot({ state: 'RECONNECTING', reason: 'renderer_crashed' })));
    link.send(incident(2));
    await link.nextAck(2);
    link.close();
    await db.workerProcess.update({
      where: { tenantId },
      data: {
        generation: 3,
        lastSeq: 0,
        tokenHash: hashToken('token 3'),
        previousTokenHash: hashToken('token 2'),
      },
    });
    const former = connect({ lastSeq: 3 });
    await former.next('welcome');
    former.send(incident(2));
    former.send(incident(3, { number: 2, reason: 'browser_hung' }));
    await former.nextAck(3);
    expect(await incidents()).toMatchObject([
      { reason: 'renderer_crashed', generation: 2, count: 1, resolvedAt: null },
      { reason: 'browser_hung', generation: 2, count: 1 },
    ]);
  });

  it('that are incidents bring a picture only where it is one', async () => {
    const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);
    const link = connect();
    await link.next('welcome');
    link.send(incident(1, { screenshot: jpeg.toString('base64'), noScreenshot: null }));
    const page = Buffer.from('<script>').toString('base64');
    link.send(incident(2, { number: 2, reason: 'browser_hung', screenshot: page, noScreenshot: null }));
    await link.nextAck(2);
    const [withPicture, without] = await incidents();
    expect(withPicture?.screenshot).not.toBeNull();
    expect(without).toMatchObject({ screenshot: null, noScreenshot: 'the worker sent none' });
  });

  it('are resent from where the welcome says', async () => {
    const first = connect();
    await first.next('welcome');
    first.send(message(1));
    await first.nextAck(1);
    first.close();
    const second = connect({ lastSeq: 2 });
    expect(await second.next('welcome')).toMatchObject({ lastSeq: 1 });
    second.send(message(2));
    await second.nextAck(2);
    expect(await bodies()).toEqual(['message 1', 'message 2']);
  });

  it('with a gap close the link, so that they are sent again', async () => {
    const link = connect();
    await link.next('welcome');
    link.send(message(1));
    link.send(message(3));
    await link.closed;
    expect(await lastSeq()).toBeLessThan(3);
  });

  it('that lead up to the snapshot of a hello are not overtaken by it', async () => {
    const link = connect({ lastSeq: 1, session: { state: 'CONNECTED', lastSeenAt: Date.now() } });
    await link.next('welcome');
    link.send(session(1, link.snapshot({ state: 'RECONNECTING', reason: 'network_lost' })));
    await link.nextAck(1);
    await eventually(async () => (await sessionState()) === 'CONNECTED', {
      ...waiting,
      what: 'the snapshot',
    });
    const told = await db.tenantEvent.findMany({
      where: { tenantId, type: 'session.state' },
      orderBy: { seq: 'asc' },
    });
    expect(told.map(({ data }) => (data as { state: string }).state)).toEqual(['RECONNECTING', 'CONNECTED']);
  });

  it('that can not be understood or stored are set aside, and all others are stored', async () => {
    const link = connect();
    await link.next('welcome');
    link.send(message(1));
    link.send(message(2, { senderName: 'x'.repeat(300) }));
    link.send(message(3));
    // Fits the contract, but is of a time that no database knows.
    link.send(session(4, { ...link.snapshot({ state: 'CONNECTED' }), nextAttemptAt: 9_000_000_000_000_000 }));
    link.send(message(5, { body: 'with NUL \0 inside' }));
    await link.nextAck(5);
    expect(await bodies()).toEqual(['message 1', 'message 3', 'with NUL  inside']);
    const aside = await db.quarantinedEvent.findMany({ where: { tenantId }, orderBy: { seq: 'asc' } });
    expect(aside.map(({ seq }) => seq)).toEqual([2, 4]);
    expect(aside[0]?.error).toContain('senderName');
  });

  it('of a thousand good ones are stored around poisoned ones, and the link goes on', async () => {
    const link = connect();
    await link.next('welcome');
    const poisoned = new Map<number, object>([
      [100, { body: 'NUL \0 and half a character \uD83D', senderName: '\0' }],
      [300, { timestamp: Number.MAX_SAFE_INTEGER }],
      [500, { body: 'x'.repeat(3_000_000) }],
      [700, { timestamp: -1 }],
      [900, { body: 7 }],
    ]);
    for (let seq = 1; seq <= 1_005; seq += 1) link.send(message(seq, poisoned.get(seq)));
    await link.nextAck(1_005);
    expect(await db.message.count({ where: { tenantId } })).toBe(1_002);
    const aside = await db.quarantinedEvent.findMany({ where: { tenantId }, orderBy: { seq: 'asc' } });
    expect(aside.map(({ seq }) => seq)).toEqual([500, 700, 900]);
    link.send(message(1_006));
    await link.nextAck(1_006);
  });

  it('that tell which number is behind a privacy id hold for the messages around them', async () => {
    const link = connect({ session: { state: 'CONNECTED', lastSeenAt: Date.now() } });
    await link.next('welcome');
    const key = { id: '3EB0AA', fromMe: false, chatId: '99@lid', sender: '99@lid' };
    link.send(message(1, { key }));
    const learned = { kind: 'identity.learned', lid: '99@lid', chatId: '15550100098@c.us' } as const;
    link.send({ type: 'event', seq: 2, at: 1, event: learned });
    link.send(message(3, { key: { ...key, id: '3EB0AB' } }));
    await link.nextAck(3);
    const rows = await db.message.findMany({ where: { tenantId } });
    expect(rows.map(({ chatId, sender }) => [chatId, sender])).toEqual([
      ['15550100098@c.us', '15550100098@c.us'],
      ['15550100098@c.us', '15550100098@c.us'],
    ]);
  });

  it('of other tenants are stored, whatever number a worker gives to its own', async () => {
    const liar = connect({}, await addTenant());
    const link = connect();
    await Promise.all([liar.next('welcome'), link.next('welcome')]);
    liar.send(message(3_000_000_000));
    await liar.closed;
    link.send(message(1));
    await link.nextAck(1);
  });

  it('of other tenants are not touched by a bad one in the same group', async () => {
    const others = await Promise.all(Array.from({ length: 5 }, addTenant));
    const links = others.map((other) => connect({}, other));
    await Promise.all(links.map((link) => link.next('welcome')));
    for (const [index, link] of links.entries())
      link.send(index === 2 ? message(1, { senderName: 'x'.repeat(300) }) : message(1));
    await Promise.all(links.map((link) => link.nextAck(1)));
    expect(await db.message.count({ where: { tenantId: { in: others } } })).toBe(4);
  });
});

describe('a worker that does not read', () => {
  it('is cut off before what waits for it fills our memory', async () => {
    const link = connect();
    await link.next('welcome');
    await eventually(() => workerLink.links.observe(tenantId) !== null, { ...waiting, what: 'the link' });
    link.stopReading();
    await eventually(
      () => {
        for (let index = 0; index < 2_000; index++) link.ping();
        return workerLink.links.observe(tenantId) === null;
      },
      { ...waiting, what: 'the link to be cut off' },
    );
  });
});

describe('a worker whose end is written down', () => {
  it('can say that its session is over, and not that it lives', async () => {
    await db.workerProcess.update({ where: { tenantId }, data: { status: 'ERROR', endedAt: now() } });
    const link = connect();
    await link.next('welcome');
    link.send(session(1, link.snapshot({ state: 'CONNECTED', lastSeenAt: Date.now() })));
    await link.nextAck(1);
    expect(await sessionState()).toBe('DISCONNECTED');
    link.send(session(2, link.snapshot({ state: 'LOGGED_OUT', reason: 'phone_logged_out' })));
    await link.nextAck(2);
    expect(await sessionState()).toBe('LOGGED_OUT');
  });
});

describe('a worker of an older generation', () => {
  it('cannot change session state, but its messages are stored, and then it is superseded', async () => {
    const former = connect({
      generation: 1,
      lastSeq: 2,
      session: { state: 'LOGGED_OUT', reason: 'unpaired' },
    });
    await former.next('welcome');
    former.send(session(1, former.snapshot({ state: 'LOGGED_OUT', reason: 'unpaired' })));
    former.send(message(2));
    expect(await former.next('refused')).toMatchObject({ code: 'superseded' });
    expect(former.acks.at(-1)).toBe(2);
    expect(await bodies()).toEqual(['message 2']);
    expect(await sessionState()).toBe('DISCONNECTED');
    expect(await lastSeq()).toBe(0);
    expect(workerLink.links.current(tenantId)).toBeNull();
  });

  it('whose link was open when the next one started cannot change state either', async () => {
    const link = connect();
    await link.next('welcome');
    await eventually(async () => (await sessionState()) === 'STARTING', { ...waiting, what: 'the snapshot' });
    await db.workerProcess.update({ where: { tenantId }, data: { generation: 3, lastSeq: 0 } });
    link.send(session(1, link.snapshot({ state: 'LOGGED_OUT', reason: 'unpaired' })));
    link.send(message(2));
    await link.nextAck(2);
    expect(await sessionState()).toBe('STARTING');
    expect(await bodies()).toEqual(['message 2']);
  });
});

describe('commands', () => {
  const command = { kind: 'session.pairing_code' as const, phoneNumber: '15550100001' };
  const result = { ok: true as const, value: { code: 'ABCD1234', expiresAt: 1 } };

  it('without a link reject with NOT_RUNNING', async () => {
    await expect(workerLink.links.command(tenantId, 'cmd_1', command, 1_000)).rejects.toMatchObject({
      code: 'NOT_RUNNING',
    });
  });

  it('are given again on the next link of the same generation, and its result counts', async () => {
    const first = connect();
    await first.next('welcome');
    const outcome = workerLink.links.command(tenantId, 'cmd_1', command, 10_000);
    expect(await first.next('command')).toMatchObject({ id: 'cmd_1', command });
    first.close();
    const second = connect();
    expect(await second.next('command')).toMatchObject({ id: 'cmd_1', command });
    second.send({ type: 'result', id: 'cmd_1', result });
    expect(await outcome).toEqual({ generation: 2, result });
  });

  it('reject with WORKER_TIMEOUT when no result comes', async () => {
    const link = connect();
    await link.next('welcome');
    await expect(workerLink.links.command(tenantId, 'cmd_1', command, 50)).rejects.toMatchObject({
      code: 'WORKER_TIMEOUT',
    });
  });

  it('can not be answered by another tenant', async () => {
    const link = connect();
    await link.next('welcome');
    const stranger = connect({}, await addTenant());
    await stranger.next('welcome');
    const outcome = workerLink.links.command(tenantId, 'cmd_1', command, 10_000);
    await link.next('command');
    stranger.send({
      type: 'result',
      id: 'cmd_1',
      result: { ok: true, value: { code: 'EVIL', expiresAt: 1 } },
    });
    stranger.send(message(1));
    await stranger.nextAck(1);
    link.send({ type: 'result', id: 'cmd_1', result });
    expect((await outcome).result).toEqual(result);
  });
});

describe('green', () => {
  it('ends at once when the link closes', async () => {
    const link = connect({ session: { state: 'CONNECTED', lastSeenAt: Date.now() } });
    await eventually(async () => (await status()) === 'ACTIVE', { ...waiting, what: 'green' });
    link.close();
    await eventually(async () => (await status()) === 'RECOVERING', { ...waiting, what: 'no green' });
  });

  it('ends at a failed probe and comes back with the next proven one', async () => {
    const link = connect({ session: { state: 'CONNECTED', lastSeenAt: Date.now() } });
    await eventually(async () => (await status()) === 'ACTIVE', { ...waiting, what: 'green' });
    link.beat({ ok: false, at: Date.now(), missed: 1 });
    await eventually(async () => (await status()) === 'RECOVERING', { ...waiting, what: 'no green' });
    link.beat({ ok: true, at: Date.now(), missed: 0 });
    await eventually(async () => (await status()) === 'ACTIVE', { ...waiting, what: 'green again' });
  });

  it('lasts from the moment of the proof, not from when it was told', async () => {
    const link = connect({ session: { state: 'CONNECTED', lastSeenAt: Date.now() } });
    await eventually(async () => (await status()) === 'ACTIVE', { ...waiting, what: 'green' });
    link.beat({ ok: true, at: Date.now() - 2 * greenMs, missed: 0 });
    await eventually(async () => (await status()) === 'RECOVERING', { ...waiting, what: 'no green' });
  });

  it('is not renewed by a heartbeat that repeats an old proof', async () => {
    const link = connect({ session: { state: 'CONNECTED', lastSeenAt: Date.now() } });
    await eventually(async () => (await status()) === 'ACTIVE', { ...waiting, what: 'green' });
    const at = Date.now();
    link.beat({ ok: true, at, missed: 0 });
    const beaten = () => db.workerHeartbeat.findUnique({ where: { tenantId } });
    await eventually(beaten, { ...waiting, what: 'a heartbeat' });
    const greenUntil = async () =>
      (await db.tenant.findUniqueOrThrow({ where: { id: tenantId } })).greenUntil;
    const seen = await greenUntil();
    link.beat({ ok: true, at, missed: 0, processes: 7 });
    await eventually(async () => (await beaten())?.processes === 7, { ...waiting, what: 'the second' });
    expect(await greenUntil()).toEqual(seen);
  });

  it('and heartbeats of others survive a worker that reports nonsense', async () => {
    const link = connect();
    const other = await addTenant();
    const liar = connect({}, other);
    await Promise.all([link.next('welcome'), liar.next('welcome')]);
    liar.beat({
      ok: true,
      at: Number.MAX_SAFE_INTEGER,
      missed: Number.MAX_SAFE_INTEGER,
      processes: Number.MAX_SAFE_INTEGER,
    });
    link.beat({ ok: true, at: Date.now(), missed: 0 });
    await eventually(
      async () => (await db.workerHeartbeat.count({ where: { tenantId: { in: [tenantId, other] } } })) === 2,
      { ...waiting, what: 'both heartbeats' },
    );
  });
});
