import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ControlPlane, eventually, type Stack, startStack } from '@wafleet/testing';
import { processesOf } from './processes';
import { createPerson, type Person } from './simulated-people';
import { snapshotsOf, takeSnapshot, untilSnapshotOf } from './snapshot-steps';
import { durablyLinkedTenant, statusOf, untilActive } from './tenant-steps';

/** Each snapshot is started by a browser without a network, before it is needed. */
describe('the check of a snapshot', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let owner: Person;
  let tenantId: string;

  const policy = { everyMs: 0, atStop: false, sweepMs: 500 };
  const startControlPlane = (more: object = {}) =>
    stack.startControlPlane({ env: { SNAPSHOTS: JSON.stringify({ ...policy, ...more }) } });

  beforeAll(async () => {
    stack = await startStack({
      env: { WORKER_DEADLINES: JSON.stringify({ reconnect: { machineMs: 1_000 } }) },
    });
    controlPlane = await startControlPlane();
    owner = await createPerson(stack, '15550100186', 'Owner');
    tenantId = await durablyLinkedTenant(controlPlane, 'Bakery', owner);
  }, 180_000);

  afterAll(async () => {
    await stack?.stop();
  }, 120_000);

  const admin = (path: string) => `/admin/tenants/${tenantId}${path}`;
  const profile = () => join(stack.tenantsDir, tenantId, 'profile');
  const trialFolder = () => join(stack.tenantsDir, '.trial');
  const changes = async () =>
    (await controlPlane.admin.get(admin('/events?type=tenant.status'))).items.length as number;
  const trialProcesses = () => processesOf(join(trialFolder(), 'files'));
  const trialBrowsers = () => trialProcesses().filter(({ command }) => command.includes('--user-data-dir='));

  const untilSnapshot = (id: string, wanted: (snapshot: any) => boolean) =>
    untilSnapshotOf(controlPlane, tenantId, id, wanted);
  const taken = async (): Promise<string> => (await takeSnapshot(controlPlane, tenantId)).id;
  const checked = async () => untilSnapshot(await taken(), ({ checkedAt }) => checkedAt !== null);
  async function stopWorker(): Promise<void> {
    await controlPlane.admin.post(admin('/worker/stop'));
    await eventually(async () => (await statusOf(controlPlane, tenantId)).worker.status === 'STOPPED', {
      timeoutMs: 60_000,
      what: 'a stopped worker',
    });
  }
  const untilNothingLeft = () =>
    eventually(() => trialProcesses().length === 0 && !existsSync(trialFolder()), {
      timeoutMs: 60_000,
      what: () =>
        `nothing of a trial; left ${JSON.stringify(trialProcesses().map(({ command }) => command))}`,
    });

  it('is done by a browser that has no network, beside the session, and leaves nothing', async () => {
    const before = await changes();
    const id = await taken();
    const networks = await eventually(
      () => {
        const seen = trialBrowsers().map(({ networkNamespace }) => networkNamespace);
        return seen.length > 0 ? seen : null;
      },
      { timeoutMs: 120_000, everyMs: 50, what: 'the browser of a check' },
    );
    if (process.getuid?.() === 0) expect(networks).not.toContain(readlinkSync('/proc/self/ns/net'));
    const snapshot = await untilSnapshot(id, ({ checkedAt }) => checkedAt !== null);
    expect(snapshot).toMatchObject({ state: 'READY', checkProblem: null });
    await untilNothingLeft();
    expect(await changes()).toBe(before);
    expect(await statusOf(controlPlane, tenantId)).toMatchObject({ status: 'ACTIVE' });
    // The copy has not signed in: WhatsApp has seen no use of an older login.
    expect((await owner.devices())[0]).toMatchObject({ rolledBack: false });
  }, 300_000);

  it('marks one without a login; it is never restored by itself, and the one before only by hand', async () => {
    const good = await checked();
    expect(good.checkProblem).toBeNull();
    await stopWorker();
    const kept = `${profile()}-kept`;
    execFileSync('cp', ['-a', profile(), kept]);
    const bad: any[] = [];
    for (const store of ['IndexedDB', 'Local Storage']) {
      spoil(join(profile(), 'session/Default', store));
      bad.push(await checked());
      if (store === 'IndexedDB') {
        rmSync(profile(), { recursive: true });
        renameSync(kept, profile());
      }
    }
    for (const snapshot of bad)
      expect(snapshot).toMatchObject({ state: 'READY', checkProblem: expect.stringMatching(/no login/) });
    await controlPlane.admin.post(admin('/worker/start'));
    const newest = await untilSnapshot(bad[1].id, ({ restoreProblem }) => restoreProblem !== null);
    expect(newest).toMatchObject({ restoredAt: null, restoreProblem: newest.checkProblem });
    expect(await statusOf(controlPlane, tenantId)).toMatchObject({
      status: 'ERROR',
      reason: { code: 'profile_corrupt', repairedBy: 'person' },
      detail: expect.stringContaining('Restore another snapshot'),
    });
    for (const { restoredAt } of await snapshotsOf(controlPlane, tenantId)) expect(restoredAt).toBeNull();
    await controlPlane.admin.post(admin(`/snapshots/${good.id}/restore`), { acceptRollback: true });
    await untilSnapshot(good.id, ({ restoredAt }) => restoredAt !== null);
    await untilActive(controlPlane, tenantId);
  }, 600_000);

  it('ends with its control plane, and is done by the next', async () => {
    const id = await taken();
    await eventually(() => trialBrowsers().length > 0, {
      timeoutMs: 120_000,
      everyMs: 50,
      what: 'the browser of a check',
    });
    await controlPlane.process.end('SIGKILL');
    await eventually(() => trialProcesses().length === 0, {
      timeoutMs: 60_000,
      what: () => `no process of it; left ${JSON.stringify(trialProcesses().map(({ command }) => command))}`,
    });
    controlPlane = await startControlPlane();
    expect((await untilSnapshot(id, ({ checkedAt }) => checkedAt !== null)).checkProblem).toBeNull();
    await untilNothingLeft();
  }, 300_000);

  it('is not done where that is not wished, and later where it is', async () => {
    await controlPlane.process.end('SIGTERM', 60_000);
    controlPlane = await startControlPlane({ check: false });
    const id = await taken();
    await stopWorker();
    await controlPlane.admin.post(admin('/worker/start'));
    await untilActive(controlPlane, tenantId);
    expect((await untilSnapshot(id, () => true)).checkedAt).toBeNull();
    await controlPlane.process.end('SIGTERM', 60_000);
    controlPlane = await startControlPlane();
    await untilSnapshot(id, ({ checkedAt }) => checkedAt !== null);
  }, 300_000);
});

function spoil(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) writeFileSync(join(entry.parentPath, entry.name), 'spoilt '.repeat(600));
}
