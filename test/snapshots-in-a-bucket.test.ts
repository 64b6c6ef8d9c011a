import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type ControlPlane,
  eventually,
  type Stack,
  startStack,
  startTestObjectStore,
  type TestObjectStore,
} from '@wafleet/testing';
import { createPerson, type Person } from './simulated-people';
import { untilSnapshotOf } from './snapshot-steps';
import { durablyLinkedTenant, messagesOf, statusOf, untilActive } from './tenant-steps';

/** The drills of snapshots.test.ts that a store on a server can fail in another way. */
describe('snapshots in a bucket of an S3 server', () => {
  let objects: TestObjectStore;
  let stack: Stack;
  let controlPlane: ControlPlane;
  let owner: Person;
  let customer: Person;
  let tenantId: string;

  beforeAll(async () => {
    objects = await startTestObjectStore();
    stack = await startStack({
      env: {
        SNAPSHOTS: JSON.stringify({ everyMs: 0, atStop: false, sweepMs: 500, check: false }),
        SNAPSHOTS_S3_URL: `${objects.url}/wafleet`,
        SNAPSHOTS_S3_KEY_ID: objects.keyId,
        SNAPSHOTS_S3_SECRET: objects.secret,
      },
    });
    controlPlane = await stack.startControlPlane();
    owner = await createPerson(stack, '15550100191', 'Owner');
    customer = await createPerson(stack, '15550100192', 'Customer');
    tenantId = await durablyLinkedTenant(controlPlane, 'Bakery', owner);
  }, 180_000);

  afterAll(async () => {
    await stack?.stop();
    await objects?.stop();
  });

  const admin = (path: string) => `/admin/tenants/${tenantId}${path}`;
  const untilSnapshot = (id: string, wanted: (snapshot: any) => boolean) =>
    untilSnapshotOf(controlPlane, tenantId, id, wanted);
  async function stopped(): Promise<void> {
    await controlPlane.admin.post(admin('/worker/stop'));
    await eventually(async () => (await statusOf(controlPlane, tenantId)).worker.status === 'STOPPED', {
      timeoutMs: 60_000,
      what: 'a stopped worker',
    });
  }

  it('while the server is away the tenant runs on; once it is back the snapshot is stored, and brings a lost profile back', async () => {
    await objects.away();
    await stopped();
    const { id } = await controlPlane.admin.post(admin('/snapshots'));
    const waiting = await untilSnapshot(id, ({ problem }) => problem !== null);
    expect(waiting).toMatchObject({ state: 'COPIED', problem: expect.stringContaining('(ECONNREFUSED)') });
    await controlPlane.admin.post(admin('/worker/start'));
    await untilActive(controlPlane, tenantId);
    await customer.send(owner.number, 'while the server is away');
    await eventually(
      async () =>
        (await messagesOf(controlPlane, tenantId)).some(({ body }) => body === 'while the server is away'),
      { timeoutMs: 60_000, what: 'the message' },
    );
    await objects.back();
    expect(await untilSnapshot(id, ({ state }) => state === 'READY')).toMatchObject({ problem: null });

    await stopped();
    rmSync(join(stack.tenantsDir, tenantId, 'profile/session'), { recursive: true });
    await controlPlane.admin.post(admin('/worker/start'));
    await untilSnapshot(id, ({ restoredAt }) => restoredAt !== null);
    await untilActive(controlPlane, tenantId);
    expect((await controlPlane.admin.get(admin('/events?type=session.qr'))).items).toHaveLength(1);
  }, 300_000);
});
