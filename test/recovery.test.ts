import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ControlPlane, eventually, type Stack, startStack } from '@wafleet/testing';
import { createPerson, type Person } from './simulated-people';
import { linkedTenant, messagesOf, statusOf, untilActive } from './tenant-steps';

describe('when a control plane dies', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let owner: Person;
  let customer: Person;
  let tenantId: string;

  beforeAll(async () => {
    stack = await startStack();
    controlPlane = await stack.startControlPlane();
    owner = await createPerson(stack, '15550100011', 'Owner');
    customer = await createPerson(stack, '15550100912', 'Customer');
    tenantId = await linkedTenant(controlPlane, 'Bakery', owner);
  });

  afterAll(async () => {
    await stack?.stop();
  });

  const bodies = async () => (await messagesOf(controlPlane, tenantId)).map((message) => message.body).sort();

  it('its workers go on, are adopted by the next, and messages of the meantime are stored exactly once', async () => {
    const before = (await statusOf(controlPlane, tenantId)).worker;
    await controlPlane.process.end('SIGKILL');
    await customer.send(owner.number, 'while away 1');
    await customer.send(owner.number, 'while away 2');

    controlPlane = await stack.startControlPlane();
    const status = await untilActive(controlPlane, tenantId);
    expect(status.worker).toMatchObject({ generation: before.generation, startedAt: before.startedAt });
    await eventually(async () => (await bodies()).length === 2, { timeoutMs: 60_000, what: 'both messages' });
    await customer.send(owner.number, 'afterwards');
    await eventually(async () => (await bodies()).includes('afterwards'), {
      timeoutMs: 60_000,
      what: 'a third',
    });
    expect(await bodies()).toEqual(['afterwards', 'while away 1', 'while away 2']);
  });

  it('a second one stands by, and takes over with the workers uninterrupted', async () => {
    const before = (await statusOf(controlPlane, tenantId)).worker;
    const standby = await stack.startControlPlane({ besideAnother: true });
    expect((await standby.admin.call('GET', '/readyz')).status).toBe(503);
    expect(await standby.admin.call('GET', '/admin/tenants')).toMatchObject({
      status: 503,
      body: { code: 'STANDBY' },
    });

    await controlPlane.process.end('SIGKILL');
    await customer.send(owner.number, 'at the change');
    controlPlane = standby;
    await eventually(async () => (await standby.admin.call('GET', '/readyz')).status === 200, {
      timeoutMs: 60_000,
      what: 'the stand-by active',
    });
    expect((await untilActive(controlPlane, tenantId)).worker).toMatchObject({
      generation: before.generation,
      startedAt: before.startedAt,
    });
    await eventually(async () => (await bodies()).includes('at the change'), {
      timeoutMs: 60_000,
      what: 'the message of the change',
    });
  });
});
