import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  asAdmin,
  type ControlPlane,
  eventually,
  findInDatabase,
  findInFiles,
  type Stack,
  startStack,
} from '@wafleet/testing';
import { createPerson, type Person } from './simulated-people';
import { durablyLinkedTenant, linkedTenant, messagesOf, statusOf, untilMessageStatus } from './tenant-steps';

/** A word that stands in every message, name and picture that is planted. */
const planted = 'wafleetplantedword';

describe('erasing a tenant', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let customer: Person;

  beforeAll(async () => {
    stack = await startStack();
    controlPlane = await stack.startControlPlane({ env: { LOG_LEVEL: 'debug' } });
    customer = await createPerson(stack, '15550100970', 'Customer');
  }, 120_000);
  afterAll(() => stack?.stop());

  /** A linked tenant with messages, media and a webhook that bear the word, and a key. */
  async function plant(number: string, link = linkedTenant): Promise<{ tenantId: string; owner: Person }> {
    const owner = await createPerson(stack, number, planted);
    const tenantId = await link(controlPlane, planted, owner);
    const path = `/admin/tenants/${tenantId}`;
    await customer.send(owner.number, `${planted} came`);
    await eventually(async () => (await messagesOf(controlPlane, tenantId)).length === 1, {
      timeoutMs: 60_000,
      what: 'what the customer wrote',
    });
    const { id } = await controlPlane.admin.post(`${path}/messages`, {
      chatId: customer.number,
      body: `${planted} went`,
    });
    await untilMessageStatus(controlPlane, tenantId, id, 'READ');
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    await controlPlane.admin.post(`${path}/messages`, { chatId: customer.number, body: planted, sendAt });
    const upload = await fetch(`${controlPlane.url}${path}/media?filename=${planted}.png`, {
      method: 'POST',
      headers: { ...asAdmin(stack.adminKey), 'content-type': 'image/png' },
      body: planted,
    });
    expect(upload.status).toBe(201);
    await controlPlane.admin.post(`${path}/webhooks`, {
      url: `https://${planted}.example`,
      description: planted,
    });
    await controlPlane.admin.post(`${path}/keys`, { name: 'Program', scopes: ['read'] });
    return { tenantId, owner };
  }

  async function erased(tenantId: string): Promise<any> {
    await controlPlane.admin.call('DELETE', `/admin/tenants/${tenantId}`);
    return untilErased(tenantId);
  }
  function untilErased(tenantId: string): Promise<any> {
    return eventually(
      async () => {
        const receipt = await controlPlane.admin.get(`/admin/erasures/${tenantId}`);
        return receipt.endedAt === null ? null : receipt;
      },
      { timeoutMs: 60_000, what: 'the receipt' },
    );
  }

  /** Where the word or the tenant's number still stands: tables, those of the queue too, files, and what was logged. */
  async function traces(number: string): Promise<string[]> {
    const words = [planted, number];
    const logged = controlPlane.process.output().split('\n');
    return [
      ...(await findInDatabase(stack.databaseUrl, words)),
      ...(await findInFiles([stack.dataDir, stack.tenantsDir], words)),
      ...logged.filter((line) => words.some((word) => line.includes(word))),
    ];
  }

  it('while its worker runs: it is unlinked on the phone, nothing is left, and the receipt says so', async () => {
    const { tenantId, owner } = await plant('15550100971');
    expect(await traces(owner.number)).not.toEqual([]);
    const receipt = await erased(tenantId);
    expect(receipt).toMatchObject({ device: 'unlinked', deviceNote: null, requestedBy: 'operator' });
    expect(receipt.erased).toMatchObject({ messages: 3, media: 1 });
    expect(await owner.devices()).toEqual([]);
    expect(await traces(owner.number)).toEqual([]);
  });

  it('while its worker is down and the control plane dies in the middle: the receipt says what is left to do', async () => {
    const { tenantId, owner } = await plant('15550100972', durablyLinkedTenant);
    await controlPlane.admin.post(`/admin/tenants/${tenantId}/worker/stop`);
    await eventually(async () => (await statusOf(controlPlane, tenantId)).worker.status === 'STOPPED', {
      timeoutMs: 60_000,
      what: 'a stopped worker',
    });
    await controlPlane.admin.call('DELETE', `/admin/tenants/${tenantId}`);
    await controlPlane.process.end('SIGKILL');
    controlPlane = await stack.startControlPlane({ env: { LOG_LEVEL: 'debug' } });
    const receipt = await untilErased(tenantId);
    expect(receipt).toMatchObject({ device: 'not_unlinked', erased: { messages: 3, media: 1 } });
    expect(receipt.deviceNote).toContain('remove the device');
    expect(await owner.devices()).toHaveLength(1);
    expect(await traces(owner.number)).toEqual([]);
  });
});
