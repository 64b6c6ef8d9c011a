import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type BulkItem, type BulkJob, errors, type TenantId } from '@wafleet/contracts';
import { createLogger } from '@wafleet/runtime';
import { eventually } from '@wafleet/testing';
import { bulkRetention } from '../../src/bulk/bulk-retention';
import { createBulkRunner } from '../../src/bulk/bulk-runner';
import { refreshTenantStatus } from '../../src/sessions/refresh-tenant-status';
import { startTestApi, type TestApi } from '../test-api';

const wait = { timeoutMs: 20_000 };

describe('an action on many tenants', () => {
  let api: TestApi;
  let tenants: TenantId[];

  beforeAll(async () => {
    api = await startTestApi();
    api.startBulkRunner();
  });
  afterAll(() => api?.stop());
  beforeEach(async () => {
    tenants = [];
    for (const name of ['One', 'Two', 'Three', 'Four'])
      tenants.push(await api.createTenant(name, { start: true }));
  });

  const create = async (input: object): Promise<BulkJob> =>
    (await api.admin('POST', '/admin/bulk', { body: { tenantIds: tenants, ...input } })).body;
  const get = async (id: string): Promise<BulkJob> => (await api.admin('GET', `/admin/bulk/${id}`)).body;
  const items = async (id: string, query = ''): Promise<BulkItem[]> =>
    (await api.admin('GET', `/admin/bulk/${id}/items${query}`)).body.items;
  const until = (id: string, counts: Partial<BulkJob['counts']>) =>
    eventually(
      async () => {
        expect((await get(id)).counts).toMatchObject(counts);
        return true;
      },
      { ...wait, what: async () => `${JSON.stringify(counts)}; there is ${JSON.stringify(await items(id))}` },
    );
  const asked = async (tenantId: TenantId, action: string) => {
    const events = await api.db.tenantEvent.findMany({ where: { tenantId, type: 'action.requested' } });
    return events.filter(({ data }) => (data as { action: string }).action === action).length;
  };
  /** As the supervisor and the worker would: a new worker, and its session is green. */
  const becomeGreen = (tenantId: TenantId) =>
    api.commit(async (tx) => {
      const generation = { increment: 1 };
      await tx.workerProcess.update({ where: { tenantId }, data: { status: 'RUNNING', generation } });
      await tx.whatsappSession.update({ where: { tenantId }, data: { state: 'CONNECTED' } });
      const greenUntil = new Date(Date.now() + 3_600_000);
      await tx.tenant.update({ where: { id: tenantId }, data: { greenUntil } });
      return { events: await refreshTenantStatus(tx, tenantId, new Date()), result: undefined };
    });

  it('has no more under way than it may, and is done when each is connected again', async () => {
    const { id } = await create({ action: 'restart', atOnce: 2 });
    await until(id, { UNDER_WAY: 2, WAITING: 2 });
    expect(await Promise.all(tenants.map((tenant) => asked(tenant, 'restart')))).toEqual([1, 1, 0, 0]);
    await becomeGreen(tenants[0] as TenantId);
    await until(id, { DONE: 1, UNDER_WAY: 2, WAITING: 1 });
    for (const tenant of tenants.slice(1, 3)) await becomeGreen(tenant);
    await until(id, { DONE: 3, UNDER_WAY: 1 });
    await becomeGreen(tenants[3] as TenantId);
    await until(id, { DONE: 4 });
    await eventually(async () => (await get(id)).endedAt !== null, { ...wait, what: 'its end' });
    expect(await items(id)).toMatchObject(
      ['One', 'Two', 'Three', 'Four'].map((tenantName) => ({ tenantName })),
    );
    expect(await Promise.all(tenants.map((tenant) => asked(tenant, 'restart')))).toEqual([1, 1, 1, 1]);
  });

  it('says of each that failed why, and tries those again', async () => {
    const [failing] = tenants as [TenantId];
    await api.admin('POST', `/admin/tenants/${failing}/worker/restart`);
    const { id } = await create({ action: 'restart', tenantIds: [failing] });
    await until(id, { FAILED: 1 });
    expect(await items(id, '?state=FAILED')).toMatchObject([{ outcome: 'This was done a moment ago.' }]);
    await eventually(async () => (await get(id)).endedAt !== null, { ...wait, what: 'its end' });
    await api.db.workerProcess.update({
      where: { tenantId: failing },
      data: { lastManualRestartAt: new Date(0) },
    });
    expect((await api.admin('POST', `/admin/bulk/${id}/retry`)).body).toMatchObject({ endedAt: null });
    await until(id, { UNDER_WAY: 1 });
    await becomeGreen(failing);
    await until(id, { DONE: 1, FAILED: 0 });
  });

  it('whose rest is stopped skips what has not begun, and ends with what has', async () => {
    const { id } = await create({ action: 'restart', atOnce: 1 });
    await until(id, { UNDER_WAY: 1 });
    const stopped = (await api.admin('POST', `/admin/bulk/${id}/stop`)).body;
    expect(stopped).toMatchObject({ stoppedAt: expect.any(String), counts: { SKIPPED: 3, WAITING: 0 } });
    expect((await api.admin('POST', `/admin/bulk/${id}/stop`)).body.stoppedAt).toBe(stopped.stoppedAt);
    await becomeGreen(tenants[0] as TenantId);
    await until(id, { DONE: 1, SKIPPED: 3 });
    expect(await asked(tenants[1] as TenantId, 'restart')).toBe(0);
  });

  it('asks nothing twice, however many carry it out', async () => {
    const copies = {
      snapshots: { take: () => Promise.reject(new Error('not asked for here')) },
      exports: { request: () => Promise.reject(new Error('not asked for here')) },
    };
    const log = createLogger({ name: 'test', level: 'error', destination: { write: () => undefined } });
    const others = [1, 2, 3].map(() =>
      createBulkRunner({
        ...copies,
        db: api.db,
        commit: api.commit,
        supervisor: { wake: () => undefined },
        now: () => new Date(),
        log,
      }),
    );
    const { id } = await create({ action: 'stop', atOnce: 4 });
    for (const runner of others) runner.start();
    try {
      await until(id, { DONE: 4 });
    } finally {
      await Promise.all(others.map((runner) => runner.stop()));
    }
    expect(await Promise.all(tenants.map((tenant) => asked(tenant, 'stop')))).toEqual([1, 1, 1, 1]);
  });

  it('asks for a snapshot of each, says of which there is none to take, and what became of the others', async () => {
    const [one, two, unlinked] = tenants as [TenantId, TenantId, TenantId];
    for (const [place, tenantId] of [one, two].entries()) {
      await api.db.account.create({
        data: { id: `acc_${tenantId}`, tenantId, phoneNumber: `1555010010${place}`, linkedAt: new Date() },
      });
      await api.db.whatsappSession.update({
        where: { tenantId },
        data: { accountId: `acc_${tenantId}`, linkIsDurable: true },
      });
    }
    const { id } = await create({ action: 'snapshot', tenantIds: [one, two, unlinked] });
    await until(id, { UNDER_WAY: 2, FAILED: 1 });
    const end = (tenantId: TenantId, data: object) =>
      api.db.snapshot.updateMany({ where: { tenantId }, data });
    await end(one, { state: 'READY' });
    await end(two, { state: 'FAILED', problem: 'The disk was full.' });
    await until(id, { DONE: 1, FAILED: 2 });
    expect(await items(id, '?state=FAILED')).toMatchObject([
      { tenantId: two, outcome: 'The disk was full.' },
      { tenantId: unlinked, outcome: errors.NO_LOGIN_TO_KEEP.title },
    ]);
    expect(await api.db.snapshot.count({ where: { tenantId: one } })).toBe(1);
  });

  it('makes an export of each, and is done when its archive is there', async () => {
    api.exportLane.start();
    const { id } = await create({ action: 'export', tenantIds: tenants.slice(0, 2) });
    await until(id, { DONE: 2 });
    for (const tenantId of tenants.slice(0, 2))
      expect((await api.admin('GET', `/admin/tenants/${tenantId}/exports`)).body.items).toMatchObject([
        { state: 'READY', requestedBy: 'operator' },
      ]);
  });

  it('leaves out who is not there, is refused where nobody is, and goes with its tenants', async () => {
    const unknown = 'ten_01arz3ndektsv4rrffq69g5fav';
    const [one, two] = tenants as [TenantId, TenantId];
    const { id } = await create({ action: 'stop', tenantIds: [one, unknown, one, two, 'x'] });
    await until(id, { DONE: 2 });
    await api.db.tenant.delete({ where: { id: one } });
    expect(await items(id)).toMatchObject([{ tenantId: two }]);
    const refused = await api.admin('POST', '/admin/bulk', {
      body: { action: 'stop', tenantIds: [unknown] },
    });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: 'tenantIds' }] } });
    expect((await api.admin('GET', '/admin/bulk/blk_none')).status).toBe(404);
    expect((await api.admin('POST', '/admin/bulk/blk_none/retry')).status).toBe(404);
  });

  it('is listed, newest first, and forgotten after a month', async () => {
    const { id: first } = await create({ action: 'stop' });
    const { id: second } = await create({ action: 'start' });
    const page = (await api.admin('GET', '/admin/bulk?limit=2')).body;
    expect(page.items.map((job: BulkJob) => job.id)).toEqual([second, first]);
    expect((await api.admin('GET', `/admin/bulk/${first}/items?limit=3`)).body.nextCursor).not.toBeNull();
    await api.admin('POST', `/admin/bulk/${second}/stop`);
    await until(first, { WAITING: 0, UNDER_WAY: 0 });
    const later = () => new Date(Date.now() + 31 * 24 * 3_600_000);
    await eventually(
      async () => {
        await bulkRetention({ db: api.db, now: later }).run();
        return (await api.admin('GET', `/admin/bulk/${first}`)).status === 404;
      },
      { ...wait, what: 'its end' },
    );
  });
});
