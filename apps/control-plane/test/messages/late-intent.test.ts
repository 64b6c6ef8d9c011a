import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantId, WorkerBuild } from '@wafleet/contracts';
import { createDatabase, type Database } from '@wafleet/db';
import { createTestDatabase, type TestDatabase } from '@wafleet/testing';
import type { WorkerDriver, WorkerSpec } from '../../src/drivers/worker-driver';
import { createEventBus } from '../../src/live/event-bus';
import { createNewId } from '../../src/new-id';
import { loadTenantRows } from '../../src/supervisor/load-tenant-rows';
import type { TenantRows } from '../../src/supervisor/decide/facts';
import { supervisionPolicySchema } from '../../src/supervisor/decide/policy';
import { startWorker } from '../../src/supervisor/start-worker';
import { type CommitWithEvents, createCommitWithEvents } from '../../src/tenants/commit-with-events';

const newId = createNewId();
const now = () => new Date();
let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, maxConnections: 3 });
});
afterAll(async () => {
  await db.$disconnect();
  await database.drop();
});

const commit = ((change: never) =>
  createCommitWithEvents({ db, epoch: 'e', bus: createEventBus() })(change)) as CommitWithEvents;

/** A tenant that is wanted running and whose worker has ended, unless told otherwise. */
async function addTenant(worker: { endedAt: Date | null } = { endedAt: now() }): Promise<TenantId> {
  const id = newId('ten') as TenantId;
  const rows = { worker: { create: { generation: 1, ...worker } }, session: { create: {} } };
  await db.tenant.create({ data: { id, name: 'Shop', desiredState: 'RUNNING', ...rows } });
  return id;
}

/** Notes the verbs that change something. */
function createDriver() {
  const verbs: string[] = [];
  const builds: (WorkerBuild | null)[] = [];
  const driver = {
    findBuild: async () => {
      verbs.push('findBuild');
      return { name: 'worker', id: 'one' };
    },
    start: async ({ build }: WorkerSpec) => {
      verbs.push('start');
      builds.push(build);
      return { version: 1 };
    },
  } as unknown as WorkerDriver;
  return { driver, verbs, builds };
}

/** Of this driver, as supervision has decided it. */
async function startNext(driver: WorkerDriver, rows: TenantRows): Promise<void> {
  const { restart } = supervisionPolicySchema.parse({});
  const unused = () => Promise.reject(new Error('nothing crashed'));
  const deps = { commit, driver, db, restart, vault: { open: unused }, noteIncident: unused };
  await startWorker(
    { ...deps, workerEvidence: unused, uidBase: null, now, random: () => 0 },
    rows,
    rows.worker.generation + 1,
  );
}

async function rowsOf(tenantId: TenantId): Promise<TenantRows> {
  const rows = await loadTenantRows(db, tenantId);
  if (rows === null) throw new Error('no such tenant');
  return rows;
}

describe('a start that was decided', () => {
  it.each([
    ['stopped', { desiredState: 'STOPPED' as const }],
    ['erased', { desiredState: 'ERASED' as const }],
    ['parked', { parkedReason: 'signed_out_by_user' }],
  ])('starts nothing when the tenant is %s before it is written down', async (_title, intent) => {
    const tenantId = await addTenant();
    const rows = await rowsOf(tenantId);
    await db.tenant.update({ where: { id: tenantId }, data: intent });
    const { driver, verbs } = createDriver();
    await startNext(driver, rows);
    expect(verbs).not.toContain('start');
    expect(await db.workerProcess.findUnique({ where: { tenantId } })).toMatchObject({ generation: 1 });
  });

  it('is of what is configured, which is written down, until a rollout has said otherwise: then nobody asks', async () => {
    const tenantId = await addTenant();
    const first = createDriver();
    await startNext(first.driver, await rowsOf(tenantId));
    expect(first.verbs).toEqual(['findBuild', 'start']);
    expect(first.builds).toEqual([null]);
    expect(await db.workerProcess.findUnique({ where: { tenantId } })).toMatchObject({
      generation: 2,
      buildId: 'one',
    });

    await db.instance.create({
      data: { id: newId('ins'), epoch: 'e', buildName: 'worker:2', buildId: 'two' },
    });
    const second = createDriver();
    await startNext(second.driver, await rowsOf(tenantId));
    expect(second.verbs).toEqual(['start']);
    expect(second.builds).toEqual([{ name: 'worker:2', id: 'two' }]);
    expect(await db.workerProcess.findUnique({ where: { tenantId } })).toMatchObject({
      generation: 3,
      buildId: 'two',
    });
  });
});
