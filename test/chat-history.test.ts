import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type ApiClient,
  callStandin,
  type ControlPlane,
  createApiClient,
  eventually,
  type Stack,
  startStack,
} from '@wafleet/testing';
import { createPerson, type Person } from './simulated-people';
import { linkedTenant, messagesOf } from './tenant-steps';

/** More than the page is given when it is linked. */
const before = Array.from({ length: 130 }, (_, index) => `before ${index}`);

describe('the history of a chat, from before the account was linked', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let owner: Person;
  let ann: Person;
  let tenantId: string;
  let program: ApiClient;

  beforeAll(async () => {
    stack = await startStack();
    controlPlane = await stack.startControlPlane();
    owner = await createPerson(stack, '15550108161', 'Owner');
    ann = await createPerson(stack, '15550108162', 'Ann');
    await callStandin(stack, 'POST', `/users/${ann.number}/burst`, { to: owner.number, bodies: before });
    // Messages have whole seconds: one of the second of the link counts as new.
    const second = () => Math.floor(Date.now() / 1_000);
    const sentIn = second();
    await eventually(() => second() > sentIn, { timeoutMs: 60_000, what: 'the next second' });
    tenantId = await linkedTenant(controlPlane, 'Bakery', owner);
    await ann.send(owner.number, 'now');
    await eventually(async () => (await messagesOf(controlPlane, tenantId)).length === 1, {
      timeoutMs: 60_000,
      what: 'what Ann wrote',
    });
    const { key } = await controlPlane.admin.post(`/admin/tenants/${tenantId}/keys`, {
      name: 'reader',
      scopes: ['read'],
    });
    program = createApiClient(controlPlane.url, { authorization: `Bearer ${key}` });
  }, 180_000);
  afterAll(() => stack?.stop());

  const path = () => `/v1/chats/${ann.number}/history`;
  const readAll = async (limit: number): Promise<any[]> => {
    const items: any[] = [];
    let cursor: string | null = null;
    do {
      const more: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: any = await program.get(`${path()}?limit=${limit}${more}`);
      expect(page.items.length).toBeLessThanOrEqual(limit);
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null && items.length < 500);
    return items;
  };

  it('is read in parts, newest first, each message once, and nothing of it is stored', async () => {
    const items = await readAll(40);
    const bodies = items.map(({ body }) => body);
    expect(bodies[0]).toBe('now');
    expect([...bodies].sort()).toEqual(['now', ...before].sort());
    const times = items.map(({ timestamp }) => Date.parse(timestamp));
    expect(times).toEqual([...times].sort((a, b) => b - a));
    const [stored] = await messagesOf(controlPlane, tenantId);
    expect(items[0]).toMatchObject({ messageId: stored.id, waMessageId: stored.waMessageId });
    expect(items[1]).toMatchObject({
      messageId: null,
      fromMe: false,
      chatId: `${ann.number}@c.us`,
      sender: `${ann.number}@c.us`,
      type: 'text',
    });
    expect(await messagesOf(controlPlane, tenantId)).toHaveLength(1);
  });

  it('is refused by name for a chat that the page does not have, and for a cursor of another list', async () => {
    const refusal = async (route: string) => (await program.call('GET', route)).body;
    expect(await refusal('/v1/chats/15550108169/history')).toMatchObject({
      code: 'INVALID_INPUT',
      errors: [{ field: 'chatId' }],
    });
    expect(await refusal(`${path()}?cursor=bm90aGluZw`)).toMatchObject({
      code: 'INVALID_INPUT',
      errors: [{ field: 'cursor' }],
    });
  });

  it('is empty once the contact is erased', async () => {
    await controlPlane.admin.post(`/admin/tenants/${tenantId}/contacts/${ann.number}/erase`);
    await eventually(async () => (await readAll(100)).length === 0, {
      timeoutMs: 60_000,
      what: 'nothing of the erased contact',
    });
  });
});
