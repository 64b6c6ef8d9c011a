import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ControlPlane, eventually, type Stack, startStack } from '@wafleet/testing';
import { createPerson, type Person } from './simulated-people';
import {
  createTenant,
  durablyLinkedTenant,
  linkedTenant,
  messagesOf,
  statusOf,
  untilActive,
  untilQr,
} from './tenant-steps';

describe('whose number it is', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let owner: Person;

  beforeAll(async () => {
    stack = await startStack();
    controlPlane = await stack.startControlPlane();
    owner = await createPerson(stack, '15550100041', 'Owner');
  });

  afterAll(async () => {
    await stack?.stop();
  });

  const post = (tenantId: string, verb: string) =>
    controlPlane.admin.post(`/admin/tenants/${tenantId}/${verb}`);
  const untilReason = (tenantId: string, reason: string | null) =>
    eventually(
      async () => {
        const status = await statusOf(controlPlane, tenantId);
        return (status.reason?.code ?? null) === reason ? status : null;
      },
      {
        timeoutMs: 60_000,
        what: async () => `${reason}; now ${JSON.stringify(await statusOf(controlPlane, tenantId))}`,
      },
    );

  it('a number that another tenant has is signed out again, nothing is imported, and the other goes on', async () => {
    const customer = await createPerson(stack, '15550100941', 'Customer');
    const first = await linkedTenant(controlPlane, 'Bakery', owner);
    const before = await statusOf(controlPlane, first);
    const second = await createTenant(controlPlane, 'Florist');
    await owner.scan(await untilQr(controlPlane, second));
    await customer.send(owner.number, 'for the bakery');
    await untilReason(second, 'number_in_use');
    await eventually(async () => (await statusOf(controlPlane, second)).worker.status === 'STOPPED', {
      timeoutMs: 60_000,
      what: 'no worker',
    });
    const refused = await statusOf(controlPlane, second);
    expect(refused).toMatchObject({
      status: 'ERROR',
      isLoggedIn: false,
      detail: null,
      session: { state: 'LOGGED_OUT', account: null },
      reason: { code: 'number_in_use', userAction: 'choose_account' },
    });
    expect(await owner.devices()).toHaveLength(1);
    expect(await messagesOf(controlPlane, second)).toEqual([]);
    await eventually(async () => (await messagesOf(controlPlane, first)).length === 1, {
      timeoutMs: 60_000,
      what: 'the message of the first tenant',
    });
    expect((await statusOf(controlPlane, first)).worker).toMatchObject({
      generation: before.worker.generation,
    });

    await post(first, 'session/logout');
    await eventually(async () => (await statusOf(controlPlane, first)).session.state === 'LOGGED_OUT', {
      timeoutMs: 60_000,
      what: 'the logout of the first tenant',
    });
    await post(second, 'worker/start');
    await owner.scan(await untilQr(controlPlane, second));
    expect(await untilActive(controlPlane, second)).toMatchObject({
      reason: null,
      session: { account: { phoneNumber: owner.number } },
    });
    await post(second, 'session/logout');
  });

  it('another number works and says so until a person accepts it', async () => {
    const former = await createPerson(stack, '15550100042', 'Former');
    const next = await createPerson(stack, '15550100043', 'Next');
    const tenantId = await linkedTenant(controlPlane, 'Garage', former);
    await post(tenantId, 'session/reset');
    await next.scan(await untilQr(controlPlane, tenantId));
    expect(await untilReason(tenantId, 'different_number')).toMatchObject({
      status: 'ACTIVE',
      isConnected: true,
      reason: { userAction: 'choose_account' },
    });
    await post(tenantId, 'session/accept-number');
    expect(await untilActive(controlPlane, tenantId)).toMatchObject({ reason: null });
  });

  it('opened in another place it waits, and is used here again when a person says so', async () => {
    const person = await createPerson(stack, '15550100044', 'Person');
    const tenantId = await durablyLinkedTenant(controlPlane, 'Kiosk', person);
    await person.openElsewhere();
    expect(await untilReason(tenantId, 'opened_elsewhere')).toMatchObject({
      status: 'ERROR',
      isLoggedIn: true,
      reason: { userAction: 'choose_take_over' },
    });
    await post(tenantId, 'session/take-over');
    await untilActive(controlPlane, tenantId);
    await post(tenantId, 'session/take-over');
    expect(await untilActive(controlPlane, tenantId)).toMatchObject({ worker: { generation: 2 } });
  });
});
