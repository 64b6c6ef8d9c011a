import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import { eventually, tempDir, type TempDir } from '@wafleet/testing';
import { createFleet, patienceMs, type Fleet, type RunningApp } from '../fleet';

const run = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;

/** Small, and its own, so that it can be filled to the last byte. */
let disk: TempDir;
let isMounted = false;
let fleet: Fleet;
let running: RunningApp;

beforeAll(async () => {
  disk = await tempDir('wafleet-disk-');
  isMounted = run('mount', '-t', 'tmpfs', '-o', 'size=32m,mode=755', 'wafleet-full', disk.path);
  fleet = await createFleet({ disk: disk.path });
});
afterAll(async () => {
  await fleet.stop();
  if (isMounted) run('umount', '-l', disk.path);
  await disk.remove();
});

const until = (tenantId: TenantId, wanted: Parameters<Fleet['until']>[2]) =>
  fleet.until(running.api, tenantId, wanted);
const lacksRoom = (tenantId: TenantId) => until(tenantId, ({ reason }) => reason?.code === 'disk_full');
const start = async () => {
  running = await fleet.start();
  await running.app.active;
};

describe('a full disk under the control plane', () => {
  it('keeps nobody from what runs, is named where something must start, and heals with the room', async () => {
    if (!isMounted) return void process.stderr.write('no right to mount a small file system: left out\n');
    await start();
    const shop = await running.createTenant();
    await until(shop, 'ACTIVE');
    const filler = join(disk.path, 'filler');
    run('sh', '-c', `cat /dev/zero > ${filler}`);

    process.kill(fleet.workerPid(shop), 'SIGUSR2');
    await eventually(async () => (await fleet.db.message.count({ where: { tenantId: shop } })) === 1, {
      timeoutMs: patienceMs,
      what: 'a message that is stored',
    });
    expect((await fleet.status(running.api, shop)).status).toBe('ACTIVE');

    const other = await running.createTenant();
    expect(await lacksRoom(other)).toMatchObject({
      status: 'ERROR',
      reason: { userAction: 'fix_machine' },
      detail: expect.stringContaining('ENOSPC'),
    });
    expect(fleet.processesOf(other)).toEqual([]);
    const { items } = await running.api.get(`/admin/tenants/${other}/incidents`);
    expect(items).toMatchObject([{ reason: { code: 'disk_full' }, hasScreenshot: false, resolvedAt: null }]);

    process.kill(fleet.workerPid(shop), 'SIGKILL');
    await lacksRoom(shop);

    await running.stop();
    await start();
    await lacksRoom(shop);
    rmSync(filler);
    for (const tenantId of [shop, other]) {
      await until(tenantId, 'ACTIVE');
      const { crashes } = await fleet.db.workerProcess.findUniqueOrThrow({ where: { tenantId } });
      expect(crashes.length).toBeLessThanOrEqual(tenantId === shop ? 1 : 0);
    }
    await running.stop();
  }, 300_000);
});
