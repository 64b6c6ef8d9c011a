import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asAdmin, type ControlPlane, eventually, type Stack, startStack } from '@wafleet/testing';
import { createPerson, type Person } from './simulated-people';
import { linkedTenant, untilMessageStatus } from './tenant-steps';

const bytes = Buffer.from(Array.from({ length: 700_000 }, (_, index) => (index * 11) % 256));
const sha256 = createHash('sha256').update(bytes).digest('hex');

describe('all kinds of messages, from the API to the phone', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let owner: Person;
  let customer: Person;
  let tenantId: string;
  let files: Server;

  beforeAll(async () => {
    files = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end(bytes);
    });
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
    stack = await startStack({ env: { FETCH_NETWORKS: '127.0.0.0/8' } });
    controlPlane = await stack.startControlPlane();
    owner = await createPerson(stack, '15550100061', 'Owner');
    customer = await createPerson(stack, '15550100961', 'Customer');
    tenantId = await linkedTenant(controlPlane, 'Bakery', owner);
  }, 120_000);

  afterAll(async () => {
    files?.close();
    await stack?.stop();
  });

  const messages = () => `/admin/tenants/${tenantId}/messages`;
  const atPhone = async (waMessageId: string): Promise<any> =>
    (await customer.chatWith(owner.number)).find(({ id }) => id === waMessageId);
  /** Sent by the API and READ on the phone, as the phone has it. */
  async function sent(message: object): Promise<{ row: any; received: any }> {
    const { id } = await controlPlane.admin.post(messages(), { chatId: customer.number, ...message });
    const row = await untilMessageStatus(controlPlane, tenantId, id, 'READ');
    return { row, received: await atPhone(row.waMessageId) };
  }

  it('a picture that was uploaded, with a caption', async () => {
    const upload = await fetch(`${controlPlane.url}/admin/tenants/${tenantId}/media?filename=bread.jpg`, {
      method: 'POST',
      headers: { ...asAdmin(stack.adminKey), 'content-type': 'image/jpeg' },
      body: bytes,
    });
    const { id: mediaId } = (await upload.json()) as { id: string };
    const { row, received } = await sent({ type: 'media', mediaId, caption: 'fresh' });
    expect(row).toMatchObject({
      type: 'image',
      body: 'fresh',
      mediaId,
      content: { sizeBytes: bytes.length },
    });
    expect(received).toMatchObject({ content: { kind: 'image', media: { sha256 }, caption: 'fresh' } });
    expect(received.timesReceived).toBe(1);
  });

  it('a document that is fetched from its address', async () => {
    const { port } = files.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/menu`;
    const { received } = await sent({ type: 'media', url, as: 'document', filename: 'menu.jpg' });
    expect(received).toMatchObject({
      content: { kind: 'document', media: { sha256 }, filename: 'menu.jpg' },
    });
  });

  it('a place, contact cards, and a text that mentions and answers', async () => {
    const place = await sent({ type: 'location', latitude: 52.5, longitude: 13.4, name: 'Bakery' });
    expect(place.received).toMatchObject({ content: { kind: 'location', latitude: 52.5, name: 'Bakery' } });
    const contacts = [{ name: 'Ann', phoneNumbers: ['15550100962'] }];
    const card = await sent({ type: 'contacts', contacts });
    expect(card.received).toMatchObject({ content: { kind: 'vcard', displayName: 'Ann' } });
    const text = await sent({
      body: `@${customer.number} that one`,
      mentions: [customer.number],
      quotedMessageId: place.row.id,
    });
    expect(text.received).toMatchObject({ quotedId: place.row.waMessageId, mentions: [customer.number] });
    expect(text.row).toMatchObject({ targetMessageId: place.row.id, mentions: [`${customer.number}@c.us`] });
  });

  it('a poll, a text with a preview of its link, and one that waits for its time', async () => {
    const poll = await sent({ type: 'poll', question: 'Rye?', options: ['yes', 'no'], allowsMany: true });
    expect(poll.received).toMatchObject({
      content: { kind: 'poll_creation', name: 'Rye?', options: ['yes', 'no'], allowsMany: true },
    });
    expect(poll.row).toMatchObject({ type: 'poll', body: 'Rye?', content: { kind: 'poll' } });
    const text = await sent({ body: 'see https://bakery.example/menu', linkPreview: true });
    expect(text.received).toMatchObject({ content: { preview: { title: 'bakery.example' } } });
    const sendAt = new Date(Date.now() + 5_000).toISOString();
    const later = await sent({ body: 'fresh now', sendAt });
    expect(Date.parse(later.row.sentAt)).toBeGreaterThanOrEqual(Date.parse(sendAt) - 1_000);
  });

  it('an edit, a reaction and a revoke, each in its turn', async () => {
    const { row } = await sent({ body: 'one loaf' });
    const said = [];
    for (const what of [
      { type: 'edit', body: 'two loaves' },
      { type: 'reaction', emoji: '🥖' },
      { type: 'revoke' },
    ]) {
      said.push(await controlPlane.admin.post(messages(), { messageId: row.id, ...what }));
    }
    for (const { id } of said) await untilMessageStatus(controlPlane, tenantId, id, 'SENT');
    const changes = await eventually(
      async () => {
        const { changes } = await atPhone(row.waMessageId);
        return changes.length === 3 ? changes : null;
      },
      { timeoutMs: 60_000, what: 'the changes' },
    );
    expect(changes.map(({ change }: any) => change)).toMatchObject([
      { kind: 'edit', body: 'two loaves' },
      { kind: 'reaction', text: '🥖' },
      { kind: 'revoke' },
    ]);
  });
});
