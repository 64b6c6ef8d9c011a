import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callStandin, type ControlPlane, eventually, type Stack, startStack } from '@wafleet/testing';
import { createPerson, type Person } from './simulated-people';
import { durablyLinkedTenant, messagesOf, statusOf } from './tenant-steps';

const megabyte = 1024 * 1024;
/** More than a browser takes with a page that has just connected, less than that and what the page is made to gather. */
const recycleBytes = 400 * megabyte;

describe('a tenant whose page gathers memory', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let owner: Person;
  let customer: Person;
  let tenantId: string;

  beforeAll(async () => {
    stack = await startStack({
      env: {
        SUPERVISION: JSON.stringify({
          memory: { recycleBytes, recycleEveryMs: 5_000, quietMs: 3_000, limitBytes: 0 },
        }),
      },
    });
    controlPlane = await stack.startControlPlane();
    owner = await createPerson(stack, '15550100061', 'Owner');
    customer = await createPerson(stack, '15550100062', 'Customer');
    tenantId = await durablyLinkedTenant(controlPlane, 'Bakery', owner);
  }, 180_000);

  afterAll(async () => {
    await stack?.stop();
  });

  const usedBytes = async () => {
    const { memory } = (await statusOf(controlPlane, tenantId)).worker;
    return memory.nodeBytes + memory.browserBytes;
  };

  it('gets a new browser in a quiet moment: no scan, no crash, and no message is missed', async () => {
    await callStandin(stack, 'POST', '/pages/allocate', { number: owner.number, megabytes: 300 });
    await eventually(async () => (await statusOf(controlPlane, tenantId)).worker.generation === 2, {
      timeoutMs: 60_000,
      what: async () => `a second generation; it uses ${await usedBytes()} bytes`,
    });
    await customer.send(owner.number, 'at the change');
    const after = await eventually(
      async () => {
        const status = await statusOf(controlPlane, tenantId);
        return status.status === 'ACTIVE' && status.worker.memory?.browserBytes ? status : null;
      },
      { timeoutMs: 60_000, what: 'ACTIVE, with its memory measured' },
    );
    expect(after.worker).toMatchObject({ generation: 2, status: 'RUNNING' });
    expect(await usedBytes()).toBeLessThan(recycleBytes);
    await eventually(
      async () => (await messagesOf(controlPlane, tenantId)).some(({ body }) => body === 'at the change'),
      { timeoutMs: 60_000, what: 'the message' },
    );

    const { items } = await controlPlane.admin.get(`/admin/tenants/${tenantId}/events?limit=200`);
    const ends = items.filter(({ type }: { type: string }) => type === 'worker.ended');
    expect(ends).toMatchObject([{ data: { generation: 1, reason: 'memory_recycle' } }]);
    const shown = items
      .filter(({ type }: { type: string }) => type === 'tenant.status')
      .map(({ data }: { data: { status: string } }) => data.status);
    expect(shown.filter((status: string) => status === 'QR_PENDING')).toHaveLength(1);
    expect((await controlPlane.admin.get(`/admin/tenants/${tenantId}/incidents`)).items).toEqual([]);
  }, 300_000);
});
