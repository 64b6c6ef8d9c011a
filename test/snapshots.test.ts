import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ControlPlane, eventually, runSql, type Stack, startStack } from '@wafleet/testing';
import { createPerson, type Person } from './simulated-people';
import { snapshotsOf, takeSnapshot, untilSnapshotOf } from './snapshot-steps';
import { durablyLinkedTenant, messagesOf, statusOf, untilActive } from './tenant-steps';

/** Drills: what becomes of a login when its profile, its snapshots, their store or their key are at fault. */
describe('snapshots of a login', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let owner: Person;
  let customer: Person;
  let tenantId: string;

  beforeAll(async () => {
    stack = await startStack({
      env: {
        SNAPSHOTS: JSON.stringify({ everyMs: 0, atStop: false, sweepMs: 500, check: false }),
        WORKER_DEADLINES: JSON.stringify({ reconnect: { machineMs: 1_000 } }),
      },
    });
    controlPlane = await stack.startControlPlane();
    owner = await createPerson(stack, '15550100181', 'Owner');
    customer = await createPerson(stack, '15550100182', 'Customer');
    tenantId = await durablyLinkedTenant(controlPlane, 'Bakery', owner);
  }, 180_000);

  afterAll(async () => {
    await stack?.stop();
  });

  const admin = (path: string) => `/admin/tenants/${tenantId}${path}`;
  const session = () => join(stack.tenantsDir, tenantId, 'profile/session');
  const stored = (snapshotId: string) => join(stack.dataDir, 'snapshots', tenantId, `${snapshotId}.snapshot`);
  const codesShown = async () =>
    (await controlPlane.admin.get(admin('/events?type=session.qr'))).items.length;
  const device = async () => (await owner.devices())[0] as { rolledBack: boolean };

  const untilSnapshot = (id: string, wanted: (snapshot: any) => boolean) =>
    untilSnapshotOf(controlPlane, tenantId, id, wanted);
  const taken = () => takeSnapshot(controlPlane, tenantId);
  async function untilHeard(body: string): Promise<void> {
    await customer.send(owner.number, body);
    await eventually(
      async () => (await messagesOf(controlPlane, tenantId)).some((message) => message.body === body),
      { timeoutMs: 60_000, what: `the message ${body}` },
    );
  }
  /** With no worker on the profile. */
  async function whileStopped(change: () => void | Promise<void>): Promise<void> {
    await controlPlane.admin.post(admin('/worker/stop'));
    await eventually(async () => (await statusOf(controlPlane, tenantId)).worker.status === 'STOPPED', {
      timeoutMs: 60_000,
      what: 'a stopped worker',
    });
    await change();
    await controlPlane.admin.post(admin('/worker/start'));
  }
  const untilRestored = async (snapshotId: string) => {
    await untilSnapshot(snapshotId, ({ restoredAt }) => restoredAt !== null);
    return untilActive(controlPlane, tenantId);
  };
  function spoilLogin(): void {
    const folder = join(session(), 'Default/IndexedDB');
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) writeFileSync(join(entry.parentPath, entry.name), 'spoilt '.repeat(600));
  }

  it('one is taken while messages flow: no status changes, none is lost, the browser stands still for less than its worker waits', async () => {
    const changes = async () =>
      (await controlPlane.admin.get(admin('/events?type=tenant.status'))).items.length;
    const before = await changes();
    const bodies = Array.from({ length: 40 }, (_, index) => `while it is taken ${index}`);
    const flow = (async () => {
      for (const body of bodies) await customer.send(owner.number, body);
    })();
    const snapshot = await taken();
    await flow;
    expect(snapshot).toMatchObject({ state: 'READY', trigger: 'by_hand', problem: null, isNewest: true });
    expect(snapshot.frozenMs).toBeGreaterThanOrEqual(0);
    // What its worker waits for an answer of the browser.
    expect(snapshot.frozenMs).toBeLessThan(4_000);
    expect(snapshot.contentBytes).toBeGreaterThan(0);
    expect(JSON.stringify(snapshot.largest)).not.toMatch(/Cache/);
    await eventually(
      async () => {
        const heard = new Set((await messagesOf(controlPlane, tenantId)).map(({ body }) => body));
        return bodies.every((body) => heard.has(body));
      },
      { timeoutMs: 60_000, what: 'every message' },
    );
    expect(await changes()).toBe(before);
    // What it holds can be read by nobody: the account's number stands in the profile in clear.
    expect(readFileSync(stored(snapshot.id)).includes(owner.number)).toBe(false);
  }, 180_000);

  it('a profile that is gone is restored without a scan, and the stand-in sees that it was rolled back', async () => {
    const codes = await codesShown();
    const [newest] = await snapshotsOf(controlPlane, tenantId);
    expect((await device()).rolledBack).toBe(false);
    await untilHeard('after the snapshot');
    await whileStopped(() => rmSync(session(), { recursive: true }));
    await untilRestored(newest.id);
    expect(await codesShown()).toBe(codes);
    await untilHeard('after the restore');
    expect((await device()).rolledBack).toBe(true);
  }, 180_000);

  it('a file in it that is spoilt is noticed, and the newest snapshot takes its place', async () => {
    const codes = await codesShown();
    const { id } = await taken();
    await whileStopped(spoilLogin);
    await untilRestored(id);
    expect(await codesShown()).toBe(codes);
    expect(readdirSync(join(stack.tenantsDir, tenantId, 'trash'))).toContainEqual(
      expect.stringMatching(/-damaged$/),
    );
    await untilHeard('after the second restore');
  }, 180_000);

  it('where the newest is bad a person is asked, and restores an older one by hand', async () => {
    const older = await taken();
    const newest = await taken();
    const bytes = readFileSync(stored(newest.id));
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(stored(newest.id), bytes);
    await whileStopped(spoilLogin);
    const { restoreProblem } = await untilSnapshot(newest.id, (one) => one.restoreProblem !== null);
    expect(restoreProblem).toBe(
      'The snapshot was changed since it was stored, or was sealed with another key.',
    );
    expect(await statusOf(controlPlane, tenantId)).toMatchObject({
      status: 'ERROR',
      reason: { code: 'profile_corrupt', repairedBy: 'person' },
      detail: expect.stringContaining('Restore another snapshot'),
    });
    const { items } = await controlPlane.admin.get(admin('/incidents?open=true'));
    expect(items[0]).toMatchObject({ detail: expect.stringContaining('Restore another snapshot') });

    const path = admin(`/snapshots/${older.id}/restore`);
    await expect(controlPlane.admin.post(path, {})).rejects.toThrow(/ROLLBACK_NOT_ACCEPTED/);
    await controlPlane.admin.post(path, { acceptRollback: true });
    await untilRestored(older.id);
    await untilHeard('after the restore by hand');
  }, 180_000);

  it('with a key that does not open it nothing is overwritten, and the sentence says why', async () => {
    const { id } = await taken();
    // Its first byte says how it is sealed, the last ones are its ciphertext.
    const flip = `UPDATE tenant_keys SET wrapped_key =
      set_byte(wrapped_key, length(wrapped_key) - 1, get_byte(wrapped_key, length(wrapped_key) - 1) # 1)
      WHERE tenant_id = $1`;
    await runSql(stack.databaseUrl, flip, [tenantId]);
    try {
      await controlPlane.admin.post(admin(`/snapshots/${id}/restore`), { acceptRollback: true });
      const snapshot = await untilSnapshot(id, ({ restoreProblem }) => restoreProblem !== null);
      expect(snapshot.restoreProblem).toMatch(/can not be opened with the master key/);
      expect(snapshot.restoredAt).toBeNull();
    } finally {
      await runSql(stack.databaseUrl, flip, [tenantId]);
    }
    await untilActive(controlPlane, tenantId);
    await untilHeard('after the wrong key');
  }, 180_000);

  it('while their store is away the tenant runs on, and the snapshot is stored once it is back', async () => {
    const root = join(stack.dataDir, 'snapshots');
    renameSync(root, `${root}-away`);
    writeFileSync(root, 'not a folder');
    const { id } = await controlPlane.admin.post(admin('/snapshots'));
    const waiting = await untilSnapshot(id, ({ problem }) => problem !== null);
    expect(waiting).toMatchObject({ state: 'COPIED', problem: expect.stringMatching(/store of snapshots/) });
    expect(await statusOf(controlPlane, tenantId)).toMatchObject({ status: 'ACTIVE' });
    await untilHeard('while the store is away');
    rmSync(root);
    renameSync(`${root}-away`, root);
    await untilSnapshot(id, ({ state }) => state === 'READY');
  }, 180_000);

  it('a control plane with another folder of tenants brings it back there by itself, without a scan', async () => {
    const codes = await codesShown();
    const { id } = await taken();
    await controlPlane.process.end('SIGTERM', 60_000);
    // The folder that it leaves: nothing may run in it any more.
    const last = await stack.startControlPlane({ env: { STOP_WORKERS_ON_EXIT: '1' } });
    await last.process.end('SIGTERM', 60_000);
    const moved = `${stack.tenantsDir}-moved`;
    // Somebody moved the folders and lost the profile on the way.
    mkdirSync(join(moved, tenantId), { recursive: true, mode: 0o755 });
    chmodSync(moved, 0o755);
    controlPlane = await stack.startControlPlane({ env: { TENANTS_DIR: moved } });
    await untilRestored(id);
    expect(await codesShown()).toBe(codes);
    await untilHeard('after the move');
  }, 240_000);

  it('a reset of which WhatsApp could not be told leaves a snapshot, by which it is undone without a scan', async () => {
    await controlPlane.process.end('SIGTERM', 60_000);
    const SNAPSHOTS = JSON.stringify({ everyMs: 0, atStop: true, minAgeMs: 0, sweepMs: 500, check: false });
    controlPlane = await stack.startControlPlane({
      env: { TENANTS_DIR: `${stack.tenantsDir}-moved`, SNAPSHOTS },
    });
    await untilActive(controlPlane, tenantId);
    await whileStopped(async () => {
      const codes = await codesShown();
      // The one of the stop; as long as it is under way, no other is begun.
      const [{ id: latest }] = await snapshotsOf(controlPlane, tenantId);
      const before = await untilSnapshot(latest, ({ state }) => state === 'READY');
      await controlPlane.admin.post(admin('/session/reset'));
      const [taken] = await eventually(
        async () => {
          const all = await snapshotsOf(controlPlane, tenantId);
          return all[0].id !== before.id && all[0].state === 'READY' ? all : null;
        },
        { timeoutMs: 60_000, what: 'a snapshot of before the reset' },
      );
      expect(taken).toMatchObject({ trigger: 'stop', frozenMs: null });
      await eventually(async () => (await statusOf(controlPlane, tenantId)).session.account === null, {
        timeoutMs: 60_000,
        what: 'no login',
      });
      const path = admin(`/snapshots/${taken.id}/restore`);
      await expect(controlPlane.admin.post(path, {})).rejects.toThrow(/SNAPSHOT_UNLINKED/);
      await controlPlane.admin.post(path, { acceptUnlinked: true });
      await controlPlane.admin.post(admin('/worker/start'));
      await untilRestored(taken.id);
      expect(await codesShown()).toBe(codes);
    });
    await untilHeard('after the undone reset');
  }, 300_000);

  it('an erased tenant takes its snapshots with it', async () => {
    await controlPlane.admin.call('DELETE', admin(''));
    await eventually(() => !readdirSync(join(stack.dataDir, 'snapshots')).includes(tenantId), {
      timeoutMs: 60_000,
      what: 'no snapshots of it',
    });
  }, 120_000);
});
