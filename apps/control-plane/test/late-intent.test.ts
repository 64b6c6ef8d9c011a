import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import { createDatabase, type Database } from '@wafleet/db';
import { createTestDatabase, type TestDatabase } from '@wafleet/testing';
import type { WorkerDriver } from '../src/drivers/worker-driver';
import { createEventBus } from '../src/live/event-bus';
import { createNewId } from '../src/new-id';
import { loadTenantRows } from '../src/supervisor/load-tenant-rows';
import { supervisionPolicySchema } from '../src/supervisor/decide/policy';
import { startWorker } from '../src/supervisor/start-worker';
import { createCommitWithEvents } from '../src/tenants/commit-with-events';

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

const commit: ReturnType<typeof createCommitWithEvents> = (change) =>
  createCommitWithEvents({ db, epoch: 'e', bus: createEventBus() })(change);

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
  const driver = {
    start: async () => {
      verbs.push('start');
      return { version: 1 };
    },
  } as unknown as WorkerDriver;
  return { driver, verbs };
}

describe('a start that was decided', () => {
  it.each([
    ['stopped', { desiredState: 'STOPPED' as const }],
    ['erased', { desiredState: 'ERASED' as const }],
    ['parked', { parkedReason: 'signed_out_by_user' }],
  ])('starts nothing when the tenant is %s before it is written down', async (_title, intent) => {
    const tenantId = await addTenant();
    const rows = await loadTenantRows(db, tenantId);
    if (rows === null) throw new Error('no such tenant');
    await db.tenant.update({ where: { id: tenantId }, data: intent });
    const { driver, verbs } = createDriver();
    const { restart } = supervisionPolicySchema.parse({});
    const unused = () => Promise.reject(new Error('nothing crashed'));
    const vault = { open: unused };
    const deps = { commit, driver, restart, vault, noteIncident: unused, workerEvidence: unused };
    await startWorker({ ...deps, uidBase: null, now, random: () => 0 }, rows, 2);
    expect(verbs).toEqual([]);
    expect(await db.workerProcess.findUnique({ where: { tenantId } })).toMatchObject({ generation: 1 });
  });
});
