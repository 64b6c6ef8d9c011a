import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  callStandin,
  type ControlPlane,
  eventually,
  findTenantProcesses,
  killIfThere,
  type Stack,
  startStack,
} from '@wafleet/testing';
import { createPerson, type Person } from './simulated-people';
import { durablyLinkedTenant, messagesOf, untilMessageStatus } from './tenant-steps';

const me = '15550108301';
const ann = '15550108302';

describe('while control plane, worker and browser are dead', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let owner: Person;
  let tenantId: string;

  beforeAll(async () => {
    stack = await startStack();
    controlPlane = await stack.startControlPlane();
    owner = await createPerson(stack, me, 'Owner');
    await callStandin(stack, 'PUT', `/users/${ann}`, { name: 'Ann', reads: 'never' });
    tenantId = await durablyLinkedTenant(controlPlane, 'Bakery', owner);
  }, 180_000);
  afterAll(() => stack?.stop(), 120_000);

  const send = async (message: object): Promise<string> =>
    (await callStandin(stack, 'POST', `/users/${ann}/send`, { to: me, ...message })).id;
  const change = (id: string, made: object) =>
    callStandin(stack, 'POST', `/users/${ann}/messages/${id}/change`, { chat: me, change: made });
  const find = async (isIt: (message: any) => boolean) =>
    (await messagesOf(controlPlane, tenantId)).find(isIt);
  const stored = (id: string, isSo: (message: any) => boolean = () => true): Promise<any> =>
    eventually(() => find((message) => message.waMessageId === id && isSo(message)), {
      timeoutMs: 60_000,
      what: async () => {
        const outages = await controlPlane.admin.get(`/admin/tenants/${tenantId}/outages`);
        const message = await find(({ waMessageId }) => waMessageId === id);
        return `${id}; now ${JSON.stringify([message, outages.items[0]])}`;
      },
    });
  const events = async (): Promise<any[]> =>
    (await controlPlane.admin.get(`/admin/tenants/${tenantId}/events?limit=200`)).items;

  async function killEverything(): Promise<void> {
    const ended = controlPlane.process.end('SIGKILL');
    for (const { pid } of findTenantProcesses(stack.tenantsDir)) killIfThere(pid);
    await ended;
    await eventually(async () => findTenantProcesses(stack.tenantsDir).length === 0, {
      timeoutMs: 60_000,
      what: 'no process of the tenant left',
    });
  }

  it('edits, deletions, reactions, votes, acks and sends from the phone are not lost', async () => {
    const poll = { kind: 'poll_creation', name: 'Tea?', options: ['yes', 'no'], allowsMany: false };
    const ids = {
      edited: await send({ body: 'to be edited' }),
      deleted: await send({ body: 'to be deleted' }),
      reacted: await send({ body: 'to be liked' }),
      takenBack: await send({ body: 'liked for a while' }),
      poll: await send({ content: poll }),
    };
    await change(ids.takenBack, { kind: 'reaction', text: '👍' });
    await stored(ids.takenBack, ({ reactions }) => reactions.length === 1);
    const chatId = `${ann}@c.us`;
    const path = `/admin/tenants/${tenantId}/messages`;
    const ours = await controlPlane.admin.post(path, { type: 'text', chatId, body: 'to be read' });
    await untilMessageStatus(controlPlane, tenantId, ours.id, 'DELIVERED');
    for (const id of Object.values(ids)) await stored(id);
    const before = new Set((await events()).map(({ id }) => id));

    await killEverything();
    await change(ids.edited, { kind: 'edit', body: 'first edit' });
    await change(ids.edited, { kind: 'edit', body: 'last edit' });
    await change(ids.deleted, { kind: 'revoke' });
    await change(ids.reacted, { kind: 'reaction', text: '❤️' });
    await change(ids.takenBack, { kind: 'reaction', text: '' });
    await change(ids.poll, { kind: 'vote', options: [1] });
    await callStandin(stack, 'POST', `/users/${ann}/chats/${me}/read`);
    const fresh = await send({ body: 'new' });
    await change(fresh, { kind: 'edit', body: 'new, and edited' });
    await change(fresh, { kind: 'reaction', text: '🎉' });
    const fromPhone = await owner.send(ann, 'from the phone');
    controlPlane = await stack.startControlPlane();

    const sender = chatId;
    expect(await stored(ids.edited, ({ editedAt }) => editedAt !== null)).toMatchObject({
      body: 'last edit',
    });
    expect(await stored(ids.deleted, ({ revokedAt }) => revokedAt !== null)).toMatchObject({
      type: 'text',
      body: '',
    });
    expect(await stored(ids.reacted, ({ reactions }) => reactions.length > 0)).toMatchObject({
      reactions: [{ sender, emoji: '❤️' }],
    });
    await stored(ids.takenBack, ({ reactions }) => reactions.length === 0);
    expect(await stored(ids.poll, ({ votes }) => votes.length > 0)).toMatchObject({
      votes: [{ sender, options: [1] }],
    });
    expect(await stored(fresh)).toMatchObject({
      body: 'new, and edited',
      isBackfilled: true,
      editedAt: expect.any(String),
      reactions: [{ sender, emoji: '🎉' }],
    });
    expect(await stored(fromPhone)).toMatchObject({ isFromPhone: true, isBackfilled: true });
    await untilMessageStatus(controlPlane, tenantId, ours.id, 'READ');

    await eventually(
      async () => {
        const { items } = await controlPlane.admin.get(`/admin/tenants/${tenantId}/outages`);
        return items[0].state === 'recovered' && items[0].recovered === 2;
      },
      { timeoutMs: 60_000, what: 'the statement of the outage, with two messages' },
    );
    const told = (await events()).filter(({ id, type }) => !before.has(id) && type.startsWith('message.'));
    expect(told.map(({ type }) => type).sort()).toEqual([
      'message.edited',
      'message.reaction',
      'message.reaction',
      'message.received',
      'message.revoked',
      'message.sent_from_phone',
      'message.status',
      'message.vote',
    ]);
    const late = told.filter(({ type }) => type !== 'message.status');
    expect(late.every(({ data }) => data.isBackfilled)).toBe(true);
  }, 180_000);
});
