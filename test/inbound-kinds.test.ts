import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { callStandin, type ControlPlane, eventually, type Stack, startStack } from '@wafleet/testing';
import { createPerson } from './simulated-people';
import { linkedTenant } from './tenant-steps';

const owner = '15550108101';
const ann = '15550108102';
const bob = '15550108103';
const card = 'BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nEND:VCARD';
const picture = { data: Buffer.from('not really a picture').toString('base64'), mimetype: 'image/webp' };

describe('what people send, from their phones to the API', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let tenantId: string;

  beforeAll(async () => {
    stack = await startStack();
    controlPlane = await stack.startControlPlane();
    const person = await createPerson(stack, owner, 'Owner');
    await createPerson(stack, ann, 'Ann');
    await createPerson(stack, bob, 'Bob');
    tenantId = await linkedTenant(controlPlane, 'Bakery', person);
  });
  afterAll(() => stack?.stop());

  const send = async (message: object, from = ann): Promise<string> =>
    (await callStandin(stack, 'POST', `/users/${from}/send`, { to: owner, ...message })).id;
  const list = async (): Promise<any[]> =>
    (await controlPlane.admin.get(`/admin/tenants/${tenantId}/messages?limit=200`)).items;
  const stored = (id: string): Promise<any> =>
    eventually(async () => (await list()).find(({ waMessageId }) => waMessageId === id), {
      timeoutMs: 60_000,
      what: `message ${id} stored`,
    });

  it.each([
    ['image', { caption: 'look' }, { type: 'image', body: 'look' }, {}],
    ['video', { seconds: 4, isGif: true }, { type: 'video', body: '' }, { seconds: 4, isGif: true }],
    ['audio', { seconds: 3 }, { type: 'audio' }, { seconds: 3 }],
    ['ptt', { seconds: 2 }, { type: 'voice' }, { seconds: 2 }],
    [
      'document',
      { filename: 'a.pdf', caption: 'read' },
      { type: 'document', body: 'read' },
      { filename: 'a.pdf' },
    ],
    ['sticker', {}, { type: 'sticker' }, {}],
  ])('%s', async (kind, parts, message, content) => {
    const id = await send({ content: { kind, media: picture, ...parts } });
    expect(await stored(id)).toMatchObject({
      ...message,
      status: 'RECEIVED',
      content: { kind: 'media', mimeType: 'image/webp', sizeBytes: 20, ...content },
    });
  });

  it.each([
    [
      { kind: 'location', latitude: 52.5, longitude: 13.4, name: 'Zoo', address: 'Gate 1' },
      {
        type: 'location',
        body: '',
        content: {
          kind: 'location',
          latitude: 52.5,
          longitude: 13.4,
          name: 'Zoo',
          address: 'Gate 1',
          url: null,
        },
      },
    ],
    [
      { kind: 'vcard', displayName: 'Ann', vcard: card },
      { type: 'contacts', body: '', content: { kind: 'contacts', cards: [{ name: 'Ann', vcard: card }] } },
    ],
    [
      { kind: 'multi_vcard', cards: [{ displayName: 'Ann', vcard: card }] },
      { type: 'contacts', content: { kind: 'contacts', cards: [{ name: 'Ann', vcard: card }] } },
    ],
    [
      { kind: 'poll_creation', name: 'Tea?', options: ['yes', 'no'], allowsMany: true },
      { type: 'poll', body: 'Tea?', content: { kind: 'poll', options: ['yes', 'no'], allowsMany: true } },
    ],
    [
      { kind: 'other', type: 'interactive', attributes: { body: 'choose' } },
      { type: 'interactive', body: 'choose', content: null },
    ],
  ])('%j', async (content, expected) => {
    expect(await stored(await send({ content }))).toMatchObject(expected);
  });

  it('what is quoted, forwarded and mentioned', async () => {
    const quotedId = await send({ body: 'question' });
    const id = await send({ body: `@${bob} answer`, quotedId, forwardingScore: 2, mentions: [bob] });
    expect(await stored(id)).toMatchObject({
      type: 'text',
      quotedWaMessageId: quotedId,
      isForwarded: true,
      mentions: [`${bob}@c.us`],
    });
  });

  it('phones that give no id, or the id of another message, lose nothing', async () => {
    const count = async (body: string) => (await list()).filter((message) => message.body === body).length;
    await send({ id: '', body: 'nameless' });
    const id = await send({ body: 'first of two' });
    await send({ id, body: 'second of two' }, bob);
    for (const body of ['nameless', 'first of two', 'second of two']) {
      await eventually(async () => (await count(body)) === 1, { timeoutMs: 60_000, what: body });
    }
  });

  describe('a group', () => {
    let group: string;
    beforeEach(async () => {
      const made = { subject: 'Friends', members: [owner] };
      group = (await callStandin(stack, 'POST', `/users/${ann}/groups`, made)).id;
    });

    it('its messages and its news', async () => {
      const act = (made: object) => callStandin(stack, 'POST', `/users/${ann}/groups/${group}`, made);
      await act({ kind: 'add', members: [bob] });
      await act({ kind: 'promote', members: [bob] });
      await act({ kind: 'subject', subject: 'Old friends' });
      const message = await stored(await send({ to: group, body: 'hello all' }, bob));
      expect(message).toMatchObject({
        type: 'text',
        chatId: group,
        sender: `${bob}@c.us`,
        senderName: 'Bob',
      });
      const news = (await list()).filter(({ chatId, type }) => chatId === group && type === 'group_event');
      expect(news.reverse()).toMatchObject([
        { body: 'Friends', content: { kind: 'group', event: 'create' } },
        { sender: `${ann}@c.us`, content: { kind: 'group', event: 'add', recipients: [`${bob}@c.us`] } },
        { content: { kind: 'group', event: 'promote', recipients: [`${bob}@c.us`] } },
        { body: 'Old friends', content: { kind: 'group', event: 'subject', recipients: [] } },
      ]);
      const events = await controlPlane.admin.get(`/admin/tenants/${tenantId}/events?type=group.changed`);
      expect(events.items).toHaveLength(4);
    });
  });
});
