import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ControlPlane, eventually, type Stack, startStack } from '@wafleet/testing';
import { createPerson } from './simulated-people';
import { linkedTenant, messagesOf, untilMessageStatus } from './tenant-steps';

describe('a page that renames the property of its ids, as in July 2026', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;

  beforeAll(async () => {
    stack = await startStack();
    controlPlane = await stack.startControlPlane();
    const response = await fetch(`${stack.standin.controlUrl}/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ faults: { renameMsgKeySerialized: '$1' } }),
    });
    expect(response.ok).toBe(true);
  });

  afterAll(async () => {
    await stack?.stop();
  });

  it('sends once and follows it to READ, and stores what comes in once, under WhatsApp’s ids', async () => {
    const owner = await createPerson(stack, '15550100051', 'Owner');
    const customer = await createPerson(stack, '15550100951', 'Customer');
    const tenantId = await linkedTenant(controlPlane, 'Bakery', owner);

    const sent = await controlPlane.admin.post(`/admin/tenants/${tenantId}/messages`, {
      chatId: customer.number,
      body: 'hello',
    });
    const { waMessageId } = await untilMessageStatus(controlPlane, tenantId, sent.id, 'READ');
    const incomingId = await customer.send(owner.number, 'two loaves, please');
    await eventually(
      async () => (await messagesOf(controlPlane, tenantId)).some((one) => one.waMessageId === incomingId),
      { timeoutMs: 60_000, what: 'the incoming message under its id' },
    );
    expect(await messagesOf(controlPlane, tenantId)).toHaveLength(2);
    const chat = await customer.chatWith(owner.number);
    expect(chat.map(({ id }) => id)).toEqual([waMessageId, incomingId]);
    // Counted before WhatsApp drops what came twice.
    const sends = await fetch(`${stack.standin.controlUrl}/sends?number=${owner.number}`);
    expect(await sends.json()).toMatchObject({ items: [{ id: waMessageId, timesReceived: 1 }] });
  });
});
