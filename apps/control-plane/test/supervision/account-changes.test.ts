import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LinkEvent, SessionSnapshot, TenantId } from '@wafleet/contracts';
import { createDatabase, type Database } from '@wafleet/db';
import { createTestDatabase, type TestDatabase } from '@wafleet/testing';
import { createEventBus } from '../../src/live/event-bus';
import { createMessageEventApplier } from '../../src/messages/inbox/apply-message-events';
import { createNewId } from '../../src/new-id';
import { createSessionEventApplier } from '../../src/sessions/apply-session-event';
import { acceptNumber } from '../../src/tenants/changes/accept-number';
import { createCommitWithEvents } from '../../src/tenants/commit-with-events';
import {
  createEventCommitter,
  type EventCommitter,
  type PendingEvent,
} from '../../src/worker-link/commit/commit-events';

const newId = createNewId();
const now = () => new Date();
const numberA = '15550100001';
const numberB = '15550100002';

let database: TestDatabase;
let db: Database;
let otherDb: Database;
let committer: EventCommitter;
let committerOfAnother: EventCommitter;
let seq = 0;

const committerOn = (on: Database) =>
  createEventCommitter({
    commit: createCommitWithEvents({ db: on, epoch: 'e', bus: createEventBus() }),
    applySessionEvent: createSessionEventApplier({ newId, now, greenMs: 60_000 }),
    applyMessageEvents: createMessageEventApplier({ newId, now }),
    noteIncident: async () => {
      throw new Error('no incident is told here');
    },
    newId,
    now,
  });

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url });
  otherDb = createDatabase({ url: database.url });
  committer = committerOn(db);
  committerOfAnother = committerOn(otherDb);
});
beforeEach(async () => {
  await db.tenant.deleteMany();
});
afterAll(async () => {
  await Promise.all([db.$disconnect(), otherDb.$disconnect()]);
  await database.drop();
});

async function addTenant(phoneNumber: string | null = null): Promise<TenantId> {
  const id = newId('ten') as TenantId;
  const worker = { status: 'RUNNING' as const, generation: 1 };
  const session = { state: 'STARTING' as const };
  await db.tenant.create({
    data: { id, name: 'Shop', phoneNumber, worker: { create: worker }, session: { create: session } },
  });
  return id;
}

function snapshot(part: Partial<SessionSnapshot>): SessionSnapshot {
  return {
    state: 'CONNECTED',
    reason: null,
    detail: null,
    since: Date.now(),
    attempt: 0,
    nextAttemptAt: null,
    qr: null,
    pairingCode: null,
    account: null,
    linkIsDurable: false,
    syncPercent: null,
    lastSeenAt: Date.now(),
    versions: { whatsappWeb: null, browser: null, library: 'none' },
    ...part,
  };
}

const pending = (tenantId: TenantId, event: LinkEvent, generation = 1): PendingEvent => ({
  tenantId,
  generation,
  seq: (seq += 1),
  event,
  error: null,
  text: '',
});
const told = (tenantId: TenantId, part: Partial<SessionSnapshot>, generation = 1) =>
  pending(tenantId, { kind: 'session.changed', session: snapshot(part) }, generation);
const connected = (tenantId: TenantId, phoneNumber: string, generation = 1) =>
  told(tenantId, { account: { phoneNumber, lid: null, name: null } }, generation);
const message = (tenantId: TenantId, generation = 1) => {
  const chatId = '15550100099@c.us';
  const key = { id: `3EB0${seq + 1}`, fromMe: false, chatId, sender: chatId };
  const content = { type: 'text', body: 'hello', timestamp: Date.now(), senderName: null, ack: 0 };
  const flags = { isForwarded: false, hasMedia: false, quotedId: null, mentions: [], content: null };
  return pending(tenantId, { kind: 'message.created', message: { key, ...content, ...flags } }, generation);
};

const stateOf = async (tenantId: TenantId) => {
  const row = await db.tenant.findUniqueOrThrow({
    where: { id: tenantId },
    include: { session: { include: { account: true } }, worker: true },
  });
  return {
    status: row.status,
    reason: row.statusReason,
    parked: row.parkedReason,
    number: row.session?.account?.phoneNumber ?? null,
    act: row.worker?.pendingAct ?? null,
  };
};
const messagesOf = (tenantId: TenantId) => db.message.count({ where: { tenantId } });
const accept = (tenantId: TenantId) => {
  const commit = createCommitWithEvents({ db, epoch: 'e', bus: createEventBus() });
  return acceptNumber({ commit, now, supervisor: { wake: () => undefined } }, tenantId, 'operator');
};

describe('a number that another tenant has linked', () => {
  it('is refused: nothing is imported, the link is to be ended, the other tenant goes on', async () => {
    const [first, second] = [await addTenant(), await addTenant()];
    await committer.commit([connected(first, numberA), message(first)]);
    const before = await stateOf(first);
    await committer.commit([connected(second, numberA), message(second)]);
    await committer.commit([message(second), connected(second, numberA), message(second)]);
    expect(await stateOf(second)).toEqual({
      status: 'ERROR',
      reason: 'number_in_use',
      parked: 'number_in_use',
      number: null,
      act: 'refuse_link',
    });
    expect(await messagesOf(second)).toBe(0);
    expect(await db.account.count({ where: { tenantId: second } })).toBe(0);
    expect(await stateOf(first)).toEqual(before);
    expect(before).toMatchObject({ status: 'ACTIVE', number: numberA, act: null });
    expect(await messagesOf(first)).toBe(1);
  });

  it('is refused to all but one of those who link it in one batch', async () => {
    const tenants = [await addTenant(), await addTenant(), await addTenant()];
    await committer.commit(tenants.flatMap((id) => [connected(id, numberA), message(id)]));
    const numbers = await Promise.all(tenants.map(async (id) => (await stateOf(id)).number));
    expect(numbers).toEqual([numberA, null, null]);
    expect(await Promise.all(tenants.map(messagesOf))).toEqual([1, 0, 0]);
  });

  it('is refused to exactly one of two who link it at the same moment', async () => {
    for (let round = 0; round < 10; round += 1) {
      const number = `1555010${String(5_000 + round)}`;
      const [first, second] = [await addTenant(), await addTenant()];
      await Promise.all([
        committer.commit([connected(first, number)]),
        committerOfAnother.commit([connected(second, number)]),
      ]);
      const states = [await stateOf(first), await stateOf(second)];
      expect(states.map(({ status }) => status).sort()).toEqual(['ACTIVE', 'ERROR']);
      expect(await db.account.count({ where: { phoneNumber: number, unlinkedAt: null } })).toBe(1);
    }
  });

  it('stays refused to the worker that linked it, whatever becomes of the other tenant', async () => {
    const [first, second] = [await addTenant(), await addTenant()];
    await committer.commit([connected(first, numberA), connected(second, numberA)]);
    await db.tenant.delete({ where: { id: first } });
    await committer.commit([connected(second, numberA), message(second)]);
    expect(await stateOf(second)).toMatchObject({ number: null, parked: 'number_in_use' });
    const loggedOut = { state: 'LOGGED_OUT' as const, reason: 'signed_out_by_user' as const };
    await committer.commit([told(second, loggedOut)]);
    expect(await stateOf(second)).toMatchObject({ reason: 'number_in_use' });
  });

  it('can be linked by the next worker once it is free, and messages are stored again', async () => {
    const [first, second] = [await addTenant(), await addTenant()];
    await committer.commit([connected(first, numberA), connected(second, numberA)]);
    await committer.commit([told(first, { state: 'LOGGED_OUT', reason: 'phone_logged_out' })]);
    await db.tenant.update({ where: { id: second }, data: { parkedReason: null } });
    const next = { generation: 2, lastSeq: 0, pendingAct: null };
    await db.workerProcess.update({ where: { tenantId: second }, data: next });
    await committer.commit([connected(second, numberA, 2), message(second, 2), message(second, 1)]);
    expect(await stateOf(second)).toMatchObject({ status: 'ACTIVE', number: numberA });
    expect(await messagesOf(second)).toBe(1);
  });
});

describe('a number is free', () => {
  it.each([
    ['after a logout', { state: 'LOGGED_OUT', reason: 'phone_logged_out' }],
    ['once the page shows a code', { state: 'QR_READY', reason: 'awaiting_scan' }],
    ['when its tenant links another one', { account: { phoneNumber: numberB, lid: null, name: null } }],
  ] as const)('%s', async (_title, part) => {
    const [first, second] = [await addTenant(), await addTenant()];
    await committer.commit([connected(first, numberA)]);
    await committer.commit([told(first, part)]);
    await committer.commit([connected(second, numberA)]);
    expect(await stateOf(second)).toMatchObject({ status: 'ACTIVE', number: numberA });
  });

  it('for the tenant that has it, as often as it likes', async () => {
    const tenantId = await addTenant();
    await committer.commit([connected(tenantId, numberA)]);
    await committer.commit([told(tenantId, { state: 'QR_READY', reason: 'awaiting_scan' })]);
    await committer.commit([connected(tenantId, numberA), connected(tenantId, numberA)]);
    expect(await stateOf(tenantId)).toMatchObject({ status: 'ACTIVE', reason: null, number: numberA });
    expect(await db.account.count({ where: { tenantId } })).toBe(2);
  });
});

describe('another number than before', () => {
  /** Linked as A, with a message queued for it; then as B. */
  async function switched(): Promise<TenantId> {
    const tenantId = await addTenant();
    await committer.commit([connected(tenantId, numberA)]);
    const { accountId } = await db.whatsappSession.findUniqueOrThrow({ where: { tenantId } });
    const chat = { chatId: '15550100099@c.us', fromMe: true, body: 'hi', timestamp: now() };
    const row = { ...chat, tenantId, direction: 'OUTBOUND' as const, status: 'QUEUED' as const };
    await db.message.createMany({
      data: [
        { ...row, id: newId('msg'), accountId },
        { ...row, id: newId('msg'), accountId: null },
      ],
    });
    await committer.commit([connected(tenantId, numberB)]);
    return tenantId;
  }
  const statuses = async (tenantId: TenantId) =>
    (await db.message.findMany({ where: { tenantId }, orderBy: { id: 'asc' } })).map(({ status }) => status);

  it('works, and says that a person is to choose', async () => {
    const tenantId = await switched();
    expect(await stateOf(tenantId)).toMatchObject({
      status: 'ACTIVE',
      reason: 'different_number',
      number: numberB,
      parked: null,
    });
    expect(await statuses(tenantId)).toEqual(['QUEUED', 'QUEUED']);
  });

  it('may stay: what was queued under the former one is cancelled and told, once', async () => {
    const tenantId = await switched();
    for (let times = 0; times < 2; times += 1) await accept(tenantId);
    expect(await stateOf(tenantId)).toMatchObject({ status: 'ACTIVE', reason: null });
    expect(await statuses(tenantId)).toEqual(['CANCELLED', 'QUEUED']);
    const events = await db.tenantEvent.findMany({ where: { tenantId }, orderBy: { seq: 'asc' } });
    expect(events.map(({ type }) => type).filter((type) => type !== 'session.state')).toEqual([
      'tenant.status',
      'tenant.status',
      'action.requested',
      'message.status',
      'tenant.status',
    ]);
  });

  it('gives way to the former one, which is no other number', async () => {
    const tenantId = await switched();
    await committer.commit([connected(tenantId, numberA)]);
    expect(await stateOf(tenantId)).toMatchObject({ status: 'ACTIVE', reason: null, number: numberA });
    expect(await statuses(tenantId)).toEqual(['QUEUED', 'QUEUED']);
  });

  it('is one that is not the expected one, also at the first link; accepted, it is expected', async () => {
    const tenantId = await addTenant(numberA);
    await committer.commit([connected(tenantId, numberB)]);
    expect(await stateOf(tenantId)).toMatchObject({ status: 'ACTIVE', reason: 'different_number' });
    await accept(tenantId);
    expect(await stateOf(tenantId)).toMatchObject({ status: 'ACTIVE', reason: null });
    expect(await db.tenant.findUniqueOrThrow({ where: { id: tenantId } })).toMatchObject({
      phoneNumber: numberB,
    });
  });
});
