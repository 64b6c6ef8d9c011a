import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { FleetPatch, FleetSnapshot, TenantId } from '@wafleet/contracts';
import { asAdmin, eventually, type EventStream, openEventStream } from '@wafleet/testing';
import { refreshTenantStatus } from '../../src/sessions/refresh-tenant-status';
import { startTestApi, type TestApi } from '../test-api';

const wait = { timeoutMs: 20_000 };

describe('the table of the fleet', () => {
  let api: TestApi;
  const open: EventStream[] = [];

  beforeAll(async () => {
    api = await startTestApi();
  });
  afterEach(() => {
    for (const stream of open.splice(0)) stream.stop();
  });
  afterAll(() => api?.stop());

  const snapshot = async (): Promise<FleetSnapshot> => (await api.admin('GET', '/admin/fleet')).body;
  const follow = async (after: string) => {
    const url = `${api.url}/admin/fleet/live?after=${encodeURIComponent(after)}`;
    const stream = await openEventStream(url, asAdmin(api.adminKey));
    open.push(stream);
    return () => stream.events.filter((event) => 'rows' in event) as unknown as FleetPatch[];
  };
  const park = (id: TenantId, parkedReason: string | null) =>
    api.commit(async (tx) => {
      await tx.tenant.update({ where: { id }, data: { parkedReason } });
      return { events: await refreshTenantStatus(tx, id, new Date()), result: undefined };
    });

  it('shows every tenant with its numbers, and counts them by status', async () => {
    const id = await api.createTenant('Bakery', { start: true });
    await api.createTenant('Florist');
    await api.db.workerProcess.update({
      where: { tenantId: id },
      data: { status: 'RUNNING', generation: 3 },
    });
    const beat = { tenantId: id, generation: 3, lastHeartbeatAt: new Date(), cpuPercent: 12.4 };
    await api.db.workerHeartbeat.create({
      data: { ...beat, nodeBytes: 50n * 1024n * 1024n, browserBytes: 151n * 1024n * 1024n },
    });
    const isThere = async () => {
      const { rows, counts } = await snapshot();
      expect(rows.find((row) => row.id === id)).toMatchObject({
        name: 'Bakery',
        status: 'STARTING',
        memoryMib: 200,
        cpuPercent: 10,
        messagesPerMinute: 0,
        restarts: 0,
      });
      expect(counts).toMatchObject({ STARTING: 1, NEW: 1, ACTIVE: 0 });
      return true;
    };
    await eventually(isThere, { ...wait, what: 'the numbers' });
  });

  it('tells what changes after a snapshot, in order and without a gap, also to who comes later', async () => {
    const id = await api.createTenant('Changing', { start: true });
    await eventually(async () => (await snapshot()).rows.some((row) => row.id === id), {
      ...wait,
      what: 'the new tenant',
    });
    const { id: from } = await snapshot();
    await park(id, 'phone_logged_out');
    const patches = await follow(from);
    const shown = (all: FleetPatch[]) =>
      all.flatMap(({ rows }) => rows.filter((row) => row.id === id).map((row) => row.status));
    await eventually(() => shown(patches()).includes('ERROR'), { ...wait, what: 'the change' });
    await park(id, null);
    await eventually(() => shown(patches()).at(-1) === 'STARTING', { ...wait, what: 'the next' });
    const later = await follow(from);
    await eventually(() => shown(later()).at(-1) === 'STARTING', { ...wait, what: 'both, later' });
    const ids = patches().map((patch) => patch.id);
    expect(
      later()
        .map((patch) => patch.id)
        .slice(0, ids.length),
    ).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('finds by itself what no event tells, and what is gone', async () => {
    const id = await api.createTenant('Silent');
    await eventually(async () => (await snapshot()).rows.some((row) => row.id === id), {
      ...wait,
      what: 'the new tenant',
    });
    const patches = await follow((await snapshot()).id);
    await api.db.tenant.update({ where: { id }, data: { name: 'Renamed' } });
    await eventually(() => patches().some(({ rows }) => rows.some(({ name }) => name === 'Renamed')), {
      ...wait,
      what: 'the new name',
    });
    await api.db.tenant.delete({ where: { id } });
    await eventually(() => patches().some(({ gone }) => gone.includes(id)), { ...wait, what: 'its end' });
    expect((await snapshot()).rows.map((row) => row.id)).not.toContain(id);
  });

  it('asks to be read anew by who comes with an id that nobody knows', async () => {
    for (const after of ['ep1.x.9-1', `${(await snapshot()).id}9`]) {
      const stop = new AbortController();
      const answer = await fetch(`${api.url}/admin/fleet/live?after=${after}`, {
        headers: asAdmin(api.adminKey),
        signal: stop.signal,
      });
      const reader = answer.body?.getReader();
      const { value } = (await reader?.read()) ?? {};
      stop.abort();
      expect(new TextDecoder().decode(value)).toMatch(/^id: ep1\..*\nevent: resync\n/);
    }
  });

  it('ends its streams with their key', async () => {
    const { id, key } = (await api.admin('POST', '/admin/keys', { body: { kind: 'ADMIN', name: 'short' } }))
      .body;
    const answer = await fetch(`${api.url}/admin/fleet/live`, {
      headers: asAdmin(key),
      signal: AbortSignal.timeout(wait.timeoutMs),
    });
    await api.admin('DELETE', `/admin/keys/${id}`);
    await answer.text();
  });
});

describe('the capacity of the machine', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api?.stop());

  it('names who boots and who waits, and how many more fit', async () => {
    const [first, second] = [await api.createTenant('First'), await api.createTenant('Second')];
    const since = Date.parse('2026-01-01T00:00:00.000Z');
    api.boots.underWay = [{ tenantId: first, since }];
    api.boots.waiting = [{ tenantId: second, since, wasLinked: true }];
    expect((await api.admin('GET', '/admin/capacity')).body).toMatchObject({
      memory: { availableBytes: 1_000_000_000, keptBytes: 0, workersBytes: 0 },
      workers: { running: 0, moreFit: 9 },
      boots: {
        underWay: [{ tenantId: first, name: 'First', since: '2026-01-01T00:00:00.000Z' }],
        waiting: [{ tenantId: second, name: 'Second', wasLinked: true }],
        waitingCount: 1,
      },
    });
  });
});
