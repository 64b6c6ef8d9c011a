import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Command, CommandResult, ListedChat, TenantId } from '@wafleet/contracts';
import type { WorkerLinks } from '../../src/worker-link/worker-links';
import { startTestApi, type TestApi } from '../test-api';

const chat = (number: number, at: number): ListedChat => ({
  id: `1555010${number}@c.us`,
  name: `Chat ${number}`,
  isGroup: false,
  at,
  unread: 0,
  isMarkedUnread: false,
  isArchived: false,
  isPinned: false,
  mutedUntil: 0,
});

describe('what is asked of the page, and done in it', () => {
  let api: TestApi;
  let tenantId: TenantId;
  let path: string;
  /** What the page has, and how it answers anything else. */
  let chats: ListedChat[] = [];
  let answer: CommandResult = { ok: true, value: {} };
  const given: { id: string; command: Command }[] = [];

  const links: WorkerLinks = {
    current: () => ({ generation: 1, linkId: 'link-1' }),
    command: (async (_tenantId: TenantId, id: string, command: Command) => {
      given.push({ id, command });
      return { generation: 1, result: resultOf(command) };
    }) as WorkerLinks['command'],
  };
  function resultOf(command: Command): CommandResult {
    if (command.kind !== 'page.read' || command.read.name !== 'chats') return answer;
    const { before, limit } = command.read;
    const rest = chats.filter(
      ({ at, id }) => !before || at < before.at || (at === before.at && id > before.id),
    );
    return { ok: true, value: { chats: rest.slice(0, limit), hasMore: rest.length > limit } };
  }

  beforeAll(async () => {
    api = await startTestApi({ links });
    tenantId = await api.createTenant('Shop', { start: true });
    path = `/admin/tenants/${tenantId}`;
  });
  afterAll(() => api?.stop());

  it('chats come page by page, each once', async () => {
    chats = [chat(1_001, 9), chat(1_002, 5), chat(1_003, 5), chat(1_004, 1), chat(1_005, 0)];
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const next = cursor === null ? '' : `&cursor=${cursor}`;
      const { body } = await api.admin('GET', `${path}/chats?limit=2${next}`);
      seen.push(...body.items.map(({ id }: { id: string }) => id));
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(chats.map(({ id }) => id));
    chats = Array.from({ length: 201 }, (_, index) => chat(2_000 + index, 7));
    const { body } = await api.admin('GET', `${path}/chats?limit=200`);
    expect([body.items.length, body.nextCursor === null]).toEqual([200, false]);
    const last = await api.admin('GET', `${path}/chats?limit=200&cursor=${body.nextCursor}`);
    expect(last.body).toMatchObject({ items: [{ id: '15550102200@c.us' }], nextCursor: null });
  });

  it.each([
    ['capability_missing', 'groups', 409, { code: 'CAPABILITY_MISSING', capability: 'groups' }],
    ['not_allowed', 'x', 409, { code: 'NOT_ALLOWED_BY_WHATSAPP' }],
    ['invalid_recipient', 'x', 400, { code: 'INVALID_INPUT', errors: [{ field: 'groupId' }] }],
    ['not_connected', 'x', 503, { code: 'UNAVAILABLE' }],
    ['unknown_command', 'x', 503, { code: 'UNAVAILABLE' }],
    ['timed_out', 'x', 503, { code: 'WORKER_TIMEOUT' }],
  ] as const)('a worker that says %s is answered as such', async (code, message, status, body) => {
    answer = { ok: false, code, message, nothingSent: true };
    const refused = await api.admin('GET', `${path}/groups/12036301@g.us`);
    expect(refused).toMatchObject({ status, body });
  });

  it('an answer that is not one is none', async () => {
    answer = { ok: true, value: { id: '12036301@g.us', participants: 'everybody' } };
    expect((await api.admin('GET', `${path}/groups/12036301@g.us`)).status).toBe(503);
  });

  it('a group that is asked for again under its key is the same command to the worker', async () => {
    answer = { ok: true, value: { groupId: '12036302@g.us', participants: [] } };
    const body = { subject: 'Bakers', participants: ['15550100201'] };
    const create = (key: string, subject = 'Bakers') =>
      api.admin('POST', `${path}/groups`, {
        body: { ...body, subject },
        headers: { 'idempotency-key': key },
      });
    given.length = 0;
    for (const key of ['one', 'one', 'two']) expect((await create(key)).status).toBe(201);
    await create('one', 'Others');
    const ids = given.map(({ id }) => id);
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(3);
  });

  it('mute is told as WhatsApp counts it', async () => {
    answer = { ok: true, value: { ...chat(1_001, 9), mutedUntil: -1 } };
    given.length = 0;
    const update = (mutedUntil: string | null) =>
      api.admin('PATCH', `${path}/chats/15550101001`, { body: { mutedUntil } });
    expect((await update('forever')).body).toMatchObject({ isMuted: true, mutedUntil: null });
    await update('2030-01-01T00:00:00Z');
    await update(null);
    const told = given.map(({ command }) => (command as { act?: { mutedUntil?: number } }).act?.mutedUntil);
    expect(told).toEqual([-1, 1_893_456_000, 0]);
  });

  it('a tenant that is stopped is asked nothing', async () => {
    const stopped = await api.createTenant('Stopped');
    const { status, body } = await api.admin('GET', `/admin/tenants/${stopped}/chats`);
    expect([status, body.code]).toEqual([409, 'NOT_RUNNING']);
  });
});
