import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LinkEvent, NormalisedMessage, SessionSnapshot, TenantId } from '@wafleet/contracts';
import { createDatabase, type Database } from '@wafleet/db';
import { createTestDatabase, type TestDatabase } from '@wafleet/testing';
import { createEventBus } from '../../src/live/event-bus';
import { createMessageEventApplier } from '../../src/messages/inbox/apply-message-events';
import { createNewId } from '../../src/new-id';
import { backfillWindow } from '../../src/outages/backfill-window';
import { createOutageService } from '../../src/outages/outage-service';
import { createSessionEventApplier } from '../../src/sessions/apply-session-event';
import { createCommitWithEvents } from '../../src/tenants/commit-with-events';
import { createEventCommitter, type EventCommitter } from '../../src/worker-link/commit/commit-events';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** Ahead of the database's clock, which notes when a row was made: all rows are older than the outages. */
const start = Date.UTC(2100, 0, 10, 12);
const number = '15550100001';
const ana = '15550100002@c.us';
const ben = '15550100003@c.us';

let database: TestDatabase;
let db: Database;
let committer: EventCommitter;
let tenantId: TenantId;
let time: number;
let seq: number;
let generation: number;
const newId = createNewId();
const now = () => new Date(time);

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url });
  committer = createEventCommitter({
    commit: createCommitWithEvents({ db, epoch: 'e', bus: createEventBus() }),
    applySessionEvent: createSessionEventApplier({ newId, now, greenMs: minute }),
    applyMessageEvents: createMessageEventApplier({ newId, now }),
    noteIncident: async () => [],
    newId,
    now,
  });
});
afterAll(async () => {
  await db.$disconnect();
  await database.drop();
});
beforeEach(async () => {
  time = start;
  seq = 0;
  generation = 1;
  tenantId = newId('ten') as TenantId;
  await db.account.updateMany({ data: { unlinkedAt: now() } });
  const worker = { status: 'RUNNING' as const, generation };
  const session = { state: 'STARTING' as const };
  await db.tenant.create({
    data: { id: tenantId, name: 'Shop', worker: { create: worker }, session: { create: session } },
  });
});

const commit = (...events: LinkEvent[]) =>
  committer.commit(
    events.map((event) => ({ tenantId, generation, seq: (seq += 1), event, error: null, text: '' })),
  );
const session = (state: SessionSnapshot['state'], part: Partial<SessionSnapshot> = {}): LinkEvent => ({
  kind: 'session.changed',
  session: {
    state,
    reason: null,
    detail: null,
    since: time,
    attempt: 0,
    nextAttemptAt: null,
    qr: null,
    pairingCode: null,
    account: { phoneNumber: number, lid: null, name: null },
    linkIsDurable: true,
    syncPercent: null,
    lastSeenAt: time,
    versions: { whatsappWeb: null, browser: null, library: 'none' },
    ...part,
  },
});
const message = (
  id: string,
  at: number,
  part: Partial<NormalisedMessage['key']> = {},
): NormalisedMessage => ({
  key: { id, fromMe: false, chatId: ana, sender: ana, ...part },
  type: 'text',
  body: id,
  timestamp: at,
  senderName: null,
  ack: 1,
  isForwarded: false,
  hasMedia: false,
  quotedId: null,
  mentions: [],
  content: null,
});
const heard = (id: string, at = time, chatId = ana): LinkEvent => ({
  kind: 'message.created',
  message: message(id, at, { chatId, sender: chatId }),
});
const found = (outageId: string, id: string, at: number, chatId = ana): LinkEvent => ({
  kind: 'message.created',
  message: message(id, at, { chatId, sender: chatId }),
  outageId,
});
const chatRead = (outageId: string, chatId: string, oldestAt: number | null, isWhole = true): LinkEvent => ({
  kind: 'backfill.chat',
  outageId,
  chatId,
  oldestAt,
  isWhole,
});
const read = (outageId: string, reading: 'settled' | 'late', failed = 0): LinkEvent => ({
  kind: 'backfill.read',
  outageId,
  reading,
  chats: 2,
  failed,
});

/** The page answers, and a heartbeat says so. */
async function answers(): Promise<void> {
  await db.whatsappSession.update({ where: { tenantId }, data: { lastHeardAt: now() } });
}
const open = () => db.outage.findFirst({ where: { tenantId, endedAt: null } });
const openId = async () => (await open())?.id ?? '';
const account = () =>
  db.account.findFirstOrThrow({ where: { tenantId, unlinkedAt: null }, include: { backfills: true } });
const window = async (historyDays = 0) => {
  const known = await account();
  return backfillWindow({ account: known, chats: known.backfills, historyDays });
};
const statements = async () =>
  (
    await db.tenantEvent.findMany({ where: { tenantId, type: 'outage.recovered' }, orderBy: { seq: 'asc' } })
  ).map(({ data }) => data);

/** Linked, read to its end, and heard until now: an hour after the link. */
async function longConnected(): Promise<void> {
  await commit(session('CONNECTED'));
  const linked = await openId();
  await commit(read(linked, 'settled'), read(linked, 'late'));
  time += hour;
  await answers();
}

/** Another worker connects after so long. */
async function back(afterMs: number): Promise<string> {
  await commit(session('DISCONNECTED', { account: null }));
  generation += 1;
  await db.workerProcess.update({ where: { tenantId }, data: { generation, lastSeq: 0 } });
  seq = 0;
  time += afterMs;
  await commit(session('CONNECTED'));
  return openId();
}

describe('an outage', () => {
  it('ends with a statement: from when to when, how many messages, per chat whether a gap is ruled out', async () => {
    await longConnected();
    await commit(heard('before', time - minute), heard('before too', time - minute, ben));
    const heardUntil = time;
    time += minute;
    const outageId = await back(10 * minute);
    await commit(
      found(outageId, 'before', heardUntil - minute),
      ...Array.from({ length: 50 }, (_, index) => found(outageId, `away ${index}`, time - minute)),
      chatRead(outageId, ana, heardUntil - minute, false),
      found(outageId, 'far later', time - minute, ben),
      chatRead(outageId, ben, time - minute, false),
      read(outageId, 'settled'),
    );
    const [linked, statement] = [
      ...(await createOutageService({ db }).list(tenantId, { limit: 10 })).items,
    ].reverse();
    expect(linked).toMatchObject({ cause: 'linked', state: 'recovered', recovered: 0 });
    expect(statement).toMatchObject({
      id: outageId,
      cause: 'disconnected',
      from: new Date(heardUntil).toISOString(),
      to: new Date(time).toISOString(),
      state: 'recovered',
      recovered: 51,
      chats: 2,
      incompleteChats: 1,
    });
    expect((await createOutageService({ db }).get(tenantId, outageId)).perChat).toEqual([
      { chatId: ben, recovered: 1, isComplete: false },
      { chatId: ana, recovered: 50, isComplete: true },
    ]);
    expect(await statements()).toMatchObject([{ outageId, recovered: 51, chats: 2, incompleteChats: 1 }]);
    const rows = await db.message.groupBy({ by: ['isBackfilled'], where: { tenantId }, _count: true });
    expect(rows.map((row) => [row.isBackfilled, row._count]).sort()).toEqual([
      [false, 2],
      [true, 51],
    ]);
  });

  it('leaves a gap where the reading ends at a message that it brought itself', async () => {
    await longConnected();
    const outageId = await back(10 * minute);
    const lost = time - hour;
    await commit(found(outageId, 'lost before', lost));
    await db.message.updateMany({ where: { tenantId }, data: { createdAt: new Date(time + 1_000) } });
    await commit(chatRead(outageId, ana, lost, false), read(outageId, 'settled'));
    expect(await statements()).toMatchObject([{ recovered: 1, incompleteChats: 1 }]);
  });

  it('is told again only where the last reading found more, and what is told live in it counts', async () => {
    await longConnected();
    const outageId = await back(10 * minute);
    await commit(heard('told by the page', time - 5 * minute), heard('of now'), read(outageId, 'settled'));
    await commit(found(outageId, 'handed over late', time - minute), read(outageId, 'late'));
    expect(await statements()).toMatchObject([{ recovered: 1 }, { recovered: 2 }]);
    const ofNow = await db.message.findFirstOrThrow({ where: { tenantId, body: 'of now' } });
    expect(ofNow.isBackfilled).toBe(false);
    expect(await open()).toBeNull();
  });

  it('is none for a link that was cut while its worker lived', async () => {
    await longConnected();
    time += hour;
    await committer.commit([
      { tenantId, generation, seq: null, event: session('CONNECTED'), error: null, text: '' },
    ]);
    expect(await open()).toBeNull();
  });

  it('lasts from the last answer to the moment of the connection, however late that is told', async () => {
    await longConnected();
    const heardUntil = time;
    const connectedAt = time + 10 * minute;
    time += hour;
    await commit(
      session('RECONNECTING', { since: heardUntil + 1_000 }),
      session('CONNECTED', { since: connectedAt }),
      heard('heard while nobody stored', connectedAt + 5 * minute),
    );
    expect(await open()).toMatchObject({ fromAt: new Date(heardUntil), toAt: new Date(connectedAt) });
    expect(await db.message.findFirstOrThrow({ where: { tenantId } })).toMatchObject({ isBackfilled: false });
  });

  it('is also what a worker could not keep, or a page that was loaded anew did not tell', async () => {
    await longConnected();
    const since = time;
    await commit({ kind: 'inbound.lost', since, until: time + minute });
    time += 2 * minute;
    expect(await open()).toMatchObject({ cause: 'unheard', fromAt: new Date(since) });
    await commit(session('RECONNECTING'));
    await commit({ kind: 'inbound.lost', since, until: time });
    expect(await db.outage.count({ where: { tenantId, cause: 'unheard' } })).toBe(1);
  });
});

describe('complete_until', () => {
  it('moves only with what is committed, and a gap that a crash in the middle leaves is read by the next', async () => {
    await longConnected();
    const heardUntil = time;
    const first = await back(3 * day);
    await commit(found(first, 'first of Ana', time - 2 * day), chatRead(first, ana, null));
    await answers();
    const firstTo = time;
    expect((await account()).completeUntil).toEqual(new Date(heardUntil));

    // The worker dies here: Ben's chat was never read.
    time += hour;
    await answers();
    const secondFrom = time;
    await back(3 * day);
    const { completeUntil, backfills } = await account();
    expect(completeUntil).toEqual(new Date(heardUntil));
    expect(backfills).toMatchObject([{ chatId: ana, completeUntil: new Date(secondFrom) }]);
    expect(firstTo).toBeLessThan(secondFrom);
    expect(await window()).toEqual({
      since: Math.max(start, heardUntil - day),
      chats: [{ chatId: ana, since: secondFrom - day }],
    });
    expect(await db.outage.findUniqueOrThrow({ where: { id: first } })).toMatchObject({
      settledAt: null,
      endedAt: expect.any(Date),
    });

    const second = await openId();
    await commit(chatRead(second, ben, null), chatRead(second, ana, null), read(second, 'settled'));
    expect(await account()).toMatchObject({ completeUntil: new Date(time), backfills: [] });
    expect(await window()).toEqual({ since: time - day, chats: [] });
  });

  it('stays where a chat could not be read, and where one may have a gap until the last reading', async () => {
    await longConnected();
    const heardUntil = new Date(time);
    const outageId = await back(hour);
    await commit(chatRead(outageId, ana, time, false), read(outageId, 'settled'));
    expect((await account()).completeUntil).toEqual(heardUntil);
    await commit(read(outageId, 'late', 1));
    expect((await account()).completeUntil).toEqual(heardUntil);
    const next = await back(hour);
    await commit(chatRead(next, ana, time, false), read(next, 'late'));
    expect((await account()).completeUntil).toEqual(new Date(time));
  });

  it('nothing moves and nothing counts twice when events come again', async () => {
    await longConnected();
    const outageId = await back(hour);
    const events = [
      found(outageId, 'once', time - minute),
      chatRead(outageId, ana, null),
      read(outageId, 'settled'),
    ];
    await commit(...events);
    const before = { account: await account(), statements: await statements() };
    await commit(...events);
    expect({ account: await account(), statements: await statements() }).toEqual(before);
    expect(await db.outage.findUniqueOrThrow({ where: { id: outageId } })).toMatchObject({ recovered: 1 });
  });

  it('says nothing of another tenant', async () => {
    await longConnected();
    const outageId = await back(hour);
    const mine = { tenantId, generation, seq };
    const before = await account();
    tenantId = newId('ten') as TenantId;
    const worker = { status: 'RUNNING' as const, generation };
    await db.tenant.create({
      data: {
        id: tenantId,
        name: 'Other',
        worker: { create: worker },
        session: { create: { state: 'STARTING' } },
      },
    });
    await commit(chatRead(outageId, ana, null), read(outageId, 'late'));
    ({ tenantId, generation, seq } = mine);
    expect(await account()).toEqual(before);
    expect(await open()).toMatchObject({ id: outageId, settledAt: null });
  });
});

describe('history from before the link', () => {
  it('is not wanted by default, and up to HISTORY_DAYS until it was read once', async () => {
    await commit(session('CONNECTED', { linkedAt: time - minute }));
    expect(await window()).toEqual({ since: time - minute, chats: [] });
    expect(await window(7)).toEqual({ since: time - minute - 7 * day, chats: [] });
    await back(hour);
    expect((await window(7)).since).toBe(start - minute - 7 * day);
    await commit(read(await openId(), 'settled'));
    expect((await window(7)).since).toBe(start - minute);
  });

  it('is marked, told to nobody and recovered by nobody', async () => {
    await commit(session('CONNECTED', { linkedAt: time }));
    const outageId = await openId();
    await commit(found(outageId, 'last week', time - 5 * day), read(outageId, 'settled'));
    const row = await db.message.findFirstOrThrow({ where: { tenantId } });
    expect(row).toMatchObject({ isHistory: true, isBackfilled: true });
    expect(await db.tenantEvent.count({ where: { tenantId, type: 'message.received' } })).toBe(0);
    expect(await db.outage.findUniqueOrThrow({ where: { id: outageId } })).toMatchObject({ recovered: 0 });
    expect(await statements()).toEqual([]);
  });

  it('also of the same number linked before counts as that', async () => {
    await longConnected();
    await commit(session('LOGGED_OUT', { reason: 'phone_logged_out' }));
    time += day;
    await commit(session('CONNECTED', { linkedAt: time }));
    expect(await open()).toMatchObject({ cause: 'linked', fromAt: new Date(time) });
    expect(await window()).toEqual({ since: time, chats: [] });
  });
});
