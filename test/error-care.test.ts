import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callStandin, type ControlPlane, eventually, type Stack, startStack } from '@wafleet/testing';
import { createPerson, type Person } from './simulated-people';
import { durablyLinkedTenant, messagesOf, statusOf, untilActive } from './tenant-steps';

describe('a session whose page has many errors', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let owner: Person;
  let customer: Person;
  let tenantId: string;

  beforeAll(async () => {
    stack = await startStack({
      env: {
        SESSION_ERROR_THRESHOLD: '3',
        AUTO_CLEANUP_ON_ERROR: '1',
        AUTO_CLEANUP_EVERY_MS: '0',
        SNAPSHOTS: JSON.stringify({ everyMs: 0, minAgeMs: 0, sweepMs: 500 }),
      },
    });
    controlPlane = await stack.startControlPlane();
    owner = await createPerson(stack, '15550100191', 'Owner');
    customer = await createPerson(stack, '15550100192', 'Customer');
    tenantId = await durablyLinkedTenant(controlPlane, 'Bakery', owner);
  }, 180_000);

  afterAll(async () => {
    await stack?.stop();
  });

  const get = async (path: string) =>
    (await controlPlane.admin.get(`/admin/tenants/${tenantId}${path}`)).items;

  it('failures to decrypt are counted, told of, and answered by a fresh start of the same login', async () => {
    const codes = (await get('/events?type=session.qr')).length;
    for (let count = 0; count < 3; count += 1)
      await callStandin(stack, 'POST', '/pages/say', {
        number: owner.number,
        how: count === 0 ? 'error' : 'throw',
        words: 'Bad MAC',
      });
    await eventually(async () => (await statusOf(controlPlane, tenantId)).worker.generation >= 2, {
      timeoutMs: 60_000,
      what: async () => `a second generation; now ${JSON.stringify(await statusOf(controlPlane, tenantId))}`,
    });
    await untilActive(controlPlane, tenantId);
    expect(await get('/incidents?reason=decryption_failing')).toMatchObject([
      { detail: '3 failures to decrypt within 10 minutes', count: 1 },
    ]);
    const asked = (await get('/events?type=action.requested')).map(({ data }: { data: unknown }) => data);
    expect(asked).toContainEqual({ action: 'force-cleanup', by: 'error monitoring' });
    expect((await get('/events?type=session.qr')).length).toBe(codes);
    await eventually(async () => (await get('/snapshots'))[0]?.state === 'READY', {
      timeoutMs: 60_000,
      what: 'a snapshot of before the clean-up',
    });
    expect((await get('/snapshots'))[0]).toMatchObject({ trigger: 'stop', restoredAt: null, frozenMs: null });

    await customer.send(owner.number, 'after the fresh start');
    await eventually(
      async () =>
        (await messagesOf(controlPlane, tenantId)).some(({ body }) => body === 'after the fresh start'),
      { timeoutMs: 60_000, what: 'the message' },
    );
  }, 180_000);
});
