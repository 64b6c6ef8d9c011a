import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import {
  type ControlPlane,
  eventually,
  findTenantProcesses,
  processInRole,
  type Stack,
  startStack,
} from '@wafleet/testing';
import { createPerson, type Person } from './simulated-people';
import { durablyLinkedTenant, messagesOf, statusOf, untilActive, untilMessageStatus } from './tenant-steps';

const recorded = resolve(__dirname, 'older-worker');

jest.setTimeout(240_000);

describe('a worker that was started by an older control plane', () => {
  let stack: Stack;
  let older: string;
  let controlPlane: ControlPlane;
  let owner: Person;
  let customer: Person;

  beforeAll(async () => {
    older = mkdtempSync(join(tmpdir(), 'wafleet-older-'));
    chmodSync(older, 0o755);
    mkdirSync(join(older, 'worker'));
    const bundle = join(older, 'worker/worker.cjs');
    writeFileSync(bundle, brotliDecompressSync(readFileSync(join(recorded, 'worker.cjs.br'))));
    copyFileSync(join(recorded, 'browser-under-lock.sh'), join(older, 'worker/browser-under-lock.sh'));
    stack = await startStack();
    controlPlane = await stack.startControlPlane({ env: { WORKER_BUNDLE: bundle } });
    owner = await createPerson(stack, '15550100140', 'Owner');
    customer = await createPerson(stack, '15550100940', 'Customer');
  });
  afterAll(async () => {
    await stack?.stop();
    rmSync(older, { recursive: true, force: true });
  });

  it('runs on through the upgrade, sends and receives, and makes way for a new one without a scan', async () => {
    const tenantId = await durablyLinkedTenant(controlPlane, 'Bakery', owner);
    const workerOf = () => processInRole(findTenantProcesses(stack.tenantsDir), tenantId, 'worker');
    const pid = workerOf();
    await customer.send(owner.number, 'before');
    await untilHeard(tenantId, ['before']);

    await controlPlane.process.end('SIGKILL');
    await customer.send(owner.number, 'meanwhile');
    controlPlane = await stack.startControlPlane();
    await untilActive(controlPlane, tenantId);
    await customer.send(owner.number, 'after');
    await untilHeard(tenantId, ['before', 'meanwhile', 'after']);
    const sent = await send(tenantId, 'by the older one');
    await untilMessageStatus(controlPlane, tenantId, sent.id, 'READ');
    // What it has never heard of is refused in words, and does it no harm.
    const chats = await controlPlane.admin.call('GET', `/admin/tenants/${tenantId}/chats`);
    expect(chats.status === 200 || chats.body.code !== 'INTERNAL').toBe(true);
    expect(workerOf()).toBe(pid);
    expect(await statusOf(controlPlane, tenantId)).toMatchObject({
      status: 'ACTIVE',
      worker: { generation: 1, restarts: 0 },
    });

    await controlPlane.admin.post('/admin/rollouts', { watchSeconds: 1 });
    const [rollout] = await eventually(
      async () => {
        const { items } = await controlPlane.admin.get('/admin/rollouts');
        return items[0].endedAt === null ? null : items;
      },
      {
        timeoutMs: 90_000,
        what: async () => JSON.stringify(await controlPlane.admin.get('/admin/rollouts')),
      },
    );
    expect(rollout).toMatchObject({ state: 'DONE', counts: { DONE: 1, FAILED: 0 } });
    expect(await statusOf(controlPlane, tenantId)).toMatchObject({
      status: 'ACTIVE',
      worker: { generation: 2 },
    });
    await customer.send(owner.number, 'to the new one');
    await untilHeard(tenantId, ['before', 'meanwhile', 'after', 'to the new one']);
    const last = await send(tenantId, 'by the new one');
    await untilMessageStatus(controlPlane, tenantId, last.id, 'READ');
  });

  const send = (tenantId: string, body: string) =>
    controlPlane.admin.post(`/admin/tenants/${tenantId}/messages`, { chatId: `+${customer.number}`, body });

  const untilHeard = (tenantId: string, bodies: string[]) =>
    eventually(
      async () => {
        const heard = (await messagesOf(controlPlane, tenantId)).filter(
          ({ direction }) => direction === 'INBOUND',
        );
        expect(heard.map(({ body }) => body).sort()).toEqual([...bodies].sort());
        return true;
      },
      { timeoutMs: 60_000, what: `${bodies.length} messages` },
    );
});
