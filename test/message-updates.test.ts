import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callStandin, type ControlPlane, eventually, type Stack, startStack } from '@wafleet/testing';
import { createPerson, type Person } from './simulated-people';
import { linkedTenant, messagesOf, untilMessageStatus } from './tenant-steps';

const me = '15550108201';
const ann = '15550108202';
const bob = '15550108203';

describe('what becomes of messages, from the phones to the API', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let owner: Person;
  let tenantId: string;

  beforeAll(async () => {
    stack = await startStack();
    controlPlane = await stack.startControlPlane();
    owner = await createPerson(stack, me, 'Owner');
    await createPerson(stack, ann, 'Ann');
    await createPerson(stack, bob, 'Bob');
    tenantId = await linkedTenant(controlPlane, 'Bakery', owner);
  });
  afterAll(() => stack?.stop());

  const send = async (message: object): Promise<string> =>
    (await callStandin(stack, 'POST', `/users/${ann}/send`, { to: me, ...message })).id;
  const change = (by: string, id: string, made: object) =>
    callStandin(stack, 'POST', `/users/${by}/messages/${id}/change`, {
      chat: by === me ? ann : me,
      change: made,
    });
  /** Once it is stored, and as it is when the condition holds. */
  const stored = (id: string, isSo: (message: any) => boolean = () => true): Promise<any> =>
    eventually(
      async () => {
        const all = await messagesOf(controlPlane, tenantId);
        return all.find((message) => message.waMessageId === id && isSo(message));
      },
      {
        timeoutMs: 60_000,
        what: async () =>
          `message ${id} so; now ${JSON.stringify(
            (await messagesOf(controlPlane, tenantId)).find(({ waMessageId }) => waMessageId === id),
          )}`,
      },
    );
  const told = async (messageId: string) => {
    const { items } = await controlPlane.admin.get(`/admin/tenants/${tenantId}/events?limit=200`);
    return items
      .filter((event: any) => event.data.messageId === messageId)
      .map((event: any) => event.type)
      .reverse();
  };

  it('an edit, and the newest of several', async () => {
    const id = await send({ body: 'first' });
    await stored(id);
    await change(ann, id, { kind: 'edit', body: 'second' });
    await change(ann, id, { kind: 'edit', body: 'third' });
    const message = await stored(id, ({ body }) => body === 'third');
    expect(message).toMatchObject({ type: 'text', editedAt: expect.any(String), revokedAt: null });
    expect(await told(message.id)).toEqual(['message.received', 'message.edited', 'message.edited']);
  });

  it('a deletion, which leaves nothing of what was said', async () => {
    const id = await send({ body: 'regretted' });
    await stored(id);
    await change(ann, id, { kind: 'revoke' });
    const message = await stored(id, ({ revokedAt }) => revokedAt !== null);
    expect(message).toMatchObject({ type: 'text', body: '', status: 'RECEIVED' });
    expect(await told(message.id)).toEqual(['message.received', 'message.revoked']);
  });

  it('reactions, each person has one and can take it back', async () => {
    const id = await send({ body: 'nice' });
    await stored(id);
    await change(ann, id, { kind: 'reaction', text: '👍' });
    await change(me, id, { kind: 'reaction', text: '❤️' });
    const both = await stored(id, ({ reactions }) => reactions.length === 2);
    expect(both.reactions).toMatchObject([
      { sender: `${me}@c.us`, emoji: '❤️' },
      { sender: `${ann}@c.us`, emoji: '👍' },
    ]);
    await change(ann, id, { kind: 'reaction', text: '' });
    const one = await stored(id, ({ reactions }) => reactions.length === 1);
    expect(one.reactions).toMatchObject([{ sender: `${me}@c.us` }]);
    expect((await told(one.id)).slice(1)).toEqual(Array(3).fill('message.reaction'));
  });

  it('votes, by the places of the options', async () => {
    const poll = { kind: 'poll_creation', name: 'Tea?', options: ['yes', 'no', 'later'], allowsMany: true };
    const id = await send({ content: poll });
    await stored(id);
    await change(ann, id, { kind: 'vote', options: [0, 2] });
    const message = await stored(id, ({ votes }) => votes.length === 1);
    expect(message.votes).toMatchObject([{ sender: `${ann}@c.us`, options: [0, 2] }]);
    await change(ann, id, { kind: 'vote', options: [] });
    await stored(id, ({ votes }) => votes.length === 0);
    expect((await told(message.id)).slice(1)).toEqual(['message.vote', 'message.vote']);
  });

  it('in a group, by whoever said it', async () => {
    const made = { subject: 'Friends', members: [me, bob] };
    const group = (await callStandin(stack, 'POST', `/users/${ann}/groups`, made)).id;
    const id = await send({ to: group, body: 'hello all' });
    await stored(id);
    for (const [by, said] of [
      [bob, { kind: 'reaction', text: '👋' }],
      [ann, { kind: 'edit', body: 'hello everybody' }],
    ] as const)
      await callStandin(stack, 'POST', `/users/${by}/messages/${id}/change`, { chat: group, change: said });
    const message = await stored(id, ({ body, reactions }) => body !== 'hello all' && reactions.length === 1);
    expect(message).toMatchObject({
      chatId: group,
      sender: `${ann}@c.us`,
      body: 'hello everybody',
      reactions: [{ sender: `${bob}@c.us`, emoji: '👋' }],
    });
  });

  it('what we say of our own messages shows on them, too', async () => {
    const path = `/admin/tenants/${tenantId}/messages`;
    const say = async (body: object) => (await controlPlane.admin.post(path, body)).id;
    const messageId = await say({ type: 'text', chatId: `${ann}@c.us`, body: 'sent' });
    const { waMessageId } = await untilMessageStatus(controlPlane, tenantId, messageId, 'READ');
    await say({ type: 'edit', messageId, body: 'sent and edited' });
    await stored(waMessageId, ({ body }) => body === 'sent and edited');
    await change(ann, waMessageId, { kind: 'reaction', text: '🎉' });
    expect(await stored(waMessageId, ({ reactions }) => reactions.length === 1)).toMatchObject({
      reactions: [{ sender: `${ann}@c.us`, emoji: '🎉' }],
    });
    await say({ type: 'revoke', messageId });
    await stored(waMessageId, ({ revokedAt, body }) => revokedAt !== null && body === '');
  });

  it('none of it is told twice when another worker reads it all again', async () => {
    const id = await send({ body: 'told once' });
    await stored(id);
    await change(ann, id, { kind: 'edit', body: 'edited once' });
    await change(ann, id, { kind: 'reaction', text: '👍' });
    const { id: messageId } = await stored(id, ({ reactions }) => reactions.length === 1);
    await controlPlane.admin.post(`/admin/tenants/${tenantId}/worker/force-restart`);
    await eventually(
      async () => {
        const { items } = await controlPlane.admin.get(`/admin/tenants/${tenantId}/outages`);
        return items[0].cause === 'disconnected' && items[0].state === 'recovered';
      },
      { timeoutMs: 60_000, what: 'the outage of the restart, read' },
    );
    expect(await told(messageId)).toEqual(['message.received', 'message.edited', 'message.reaction']);
  });
});
