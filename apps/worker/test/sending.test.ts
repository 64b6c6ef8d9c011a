import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mediaPartBytes, waMessageIdFrom, type Command, type MessageKey } from '@wafleet/contracts';
import { eventually } from '@wafleet/testing';
import { friend, own, WorkerBench } from './worker-bench';
import { buildWorker } from './worker-process';

type SendContent = Extract<Command, { kind: 'message.send_content' }>;

let built: Awaited<ReturnType<typeof buildWorker>>;
let bench: WorkerBench;

beforeAll(async () => {
  built = await buildWorker();
  bench = await WorkerBench.create(built.bundle);
  await bench.linkByScan();
}, 120_000);
afterAll(async () => {
  await bench?.remove();
  await built?.remove();
});

const chatId = `${friend}@c.us`;
let messages = 0;
const newId = () =>
  waMessageIdFrom(
    createHash('sha256')
      .update(String((messages += 1)))
      .digest('hex'),
  );
const inAMinute = () => Date.now() + 60_000;
const keyOf = (id: string, fromMe: boolean): MessageKey => ({
  id,
  fromMe,
  chatId,
  sender: fromMe ? `${own}@c.us` : chatId,
});

function send(message: Partial<SendContent>, waMessageId = newId()) {
  const command: SendContent = {
    kind: 'message.send_content',
    waMessageId,
    chatId,
    type: 'text',
    body: '',
    content: null,
    mentions: [],
    stageId: null,
    quoted: null,
    notAfter: inAMinute(),
    ...message,
  };
  return bench.link.command(command);
}

const arrived = (id: string) =>
  eventually(() => bench.phones.received(friend, own, id), { timeoutMs: 60_000, what: `message ${id}` });

/** Sent, and as the friend's phone has it. */
async function sent(message: Partial<SendContent>) {
  const id = newId();
  expect(await send(message, id)).toMatchObject({ ok: true });
  return arrived(id);
}

/** Sent by the friend, and told by the worker: what is said of a message must find it. */
async function received(body: string): Promise<string> {
  const id = await bench.phones.send(friend, own, body);
  await bench.link.whenMessage(id);
  return id;
}

async function stage(stageId: string, bytes: Buffer): Promise<void> {
  for (let offset = 0; offset < bytes.length; offset += mediaPartBytes) {
    const data = bytes.subarray(offset, offset + mediaPartBytes).toString('base64');
    const answer = await bench.link.command({ kind: 'media.stage', stageId, offset, data });
    expect(answer).toEqual({ ok: true, value: {} });
  }
}

/** More than one part. */
const bytes = Buffer.from(Array.from({ length: mediaPartBytes + 1_000 }, (_, index) => (index * 7) % 256));
const sha256 = createHash('sha256').update(bytes).digest('hex');
const media = (mimeType: string, filename: string | null = null) => ({
  kind: 'media' as const,
  mimeType,
  sizeBytes: bytes.length,
  filename,
  seconds: null,
  isGif: false,
});

describe('what is sent beyond plain text', () => {
  it.each([
    ['image', 'image', 'image/jpeg', null, 'look'],
    ['video', 'video', 'video/mp4', null, 'look'],
    ['audio', 'audio', 'audio/mpeg', null, ''],
    ['voice', 'ptt', 'audio/ogg; codecs=opus', null, ''],
    ['document', 'document', 'application/pdf', 'plan.pdf', 'read'],
    ['sticker', 'sticker', 'image/webp', null, ''],
  ] as const)('%s: the bytes arrive under the chosen id', async (type, kind, mimeType, filename, body) => {
    const stageId = `stage-${type}`;
    await stage(stageId, bytes);
    const message = await sent({ type, body, content: media(mimeType, filename), stageId });
    expect(message).toMatchObject({
      content: {
        kind,
        media: { sha256, mimetype: mimeType },
        ...(body && { caption: body }),
        ...(filename && { filename }),
      },
    });
  });

  it('media whose bytes were not handed over are refused: nothing was sent', async () => {
    const result = await send({ type: 'image', content: media('image/jpeg'), stageId: 'nothing' });
    expect(result).toMatchObject({ ok: false, code: 'media_missing', nothingSent: true });
  });

  it('a text that answers another one and mentions somebody', async () => {
    const question = await received('who?');
    const message = await sent({
      body: `@${friend} it was you`,
      mentions: [chatId],
      quoted: keyOf(question, false),
    });
    expect(message).toMatchObject({
      content: { kind: 'chat', body: `@${friend} it was you` },
      quotedId: question,
      mentions: [friend],
    });
  });

  it('an answer to what is not there is refused: nothing was sent', async () => {
    expect(await send({ body: 'what?', quoted: keyOf('3EB0FF', false) })).toMatchObject({
      ok: false,
      code: 'target_missing',
      nothingSent: true,
    });
  });

  it('a text that looks like a contact card stays one', async () => {
    const body = 'BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nEND:VCARD';
    expect(await sent({ body })).toMatchObject({ content: { kind: 'chat', body } });
  });

  it('a place', async () => {
    const content = { kind: 'location' as const, latitude: 52.5, longitude: 13.4, url: null };
    const message = await sent({
      type: 'location',
      content: { ...content, name: 'Here', address: 'Street 1' },
    });
    expect(message).toMatchObject({
      content: { kind: 'location', latitude: 52.5, longitude: 13.4, name: 'Here', address: 'Street 1' },
    });
  });

  it('one contact card, and several', async () => {
    const card = (name: string) => ({ name, vcard: `BEGIN:VCARD\nVERSION:3.0\nFN:${name}\nEND:VCARD` });
    const one = await sent({ type: 'contacts', content: { kind: 'contacts', cards: [card('Ann')] } });
    expect(one).toMatchObject({ content: { kind: 'vcard', displayName: 'Ann', vcard: card('Ann').vcard } });
    const both = await sent({
      type: 'contacts',
      content: { kind: 'contacts', cards: [card('Ann'), card('Bo')] },
    });
    expect(both).toMatchObject({
      content: { kind: 'multi_vcard', cards: [{ displayName: 'Ann' }, { displayName: 'Bo' }] },
    });
  });
});

describe('what is said of a message', () => {
  const change = (target: MessageKey, change: Extract<Command, { kind: 'message.change' }>['change']) =>
    bench.link.command({ kind: 'message.change', chatId, target, change, notAfter: inAMinute() });
  const changesOf = async (id: string) =>
    ((await bench.phones.received(friend, own, id))?.['changes'] ?? []) as { change: { kind: string } }[];
  const whenChanged = (id: string, expected: object) =>
    eventually(
      async () => (await changesOf(id)).map((one) => one.change).some((one) => matches(one, expected)),
      {
        timeoutMs: 60_000,
        what: JSON.stringify(expected),
      },
    );
  const matches = (change: object, expected: object) =>
    Object.entries(expected).every(([name, value]) => (change as Record<string, unknown>)[name] === value);
  const message = async () => {
    const id = newId();
    expect(await send({ body: 'first' }, id)).toMatchObject({ ok: true });
    await arrived(id);
    return id;
  };

  it('a reaction, which is taken back again', async () => {
    const id = await received('like it?');
    await eventually(async () => (await change(keyOf(id, false), { type: 'reaction', emoji: '👍' })).ok, {
      timeoutMs: 60_000,
      what: 'the reaction',
    });
    await whenChanged(id, { kind: 'reaction', text: '👍' });
    expect(await change(keyOf(id, false), { type: 'reaction', emoji: '' })).toEqual({ ok: true, value: {} });
    await whenChanged(id, { kind: 'reaction', text: '' });
  });

  it('an edit, then a revoke', async () => {
    const id = await message();
    const edit = { type: 'edit' as const, body: 'second', mentions: [] };
    expect(await change(keyOf(id, true), edit)).toEqual({ ok: true, value: {} });
    await whenChanged(id, { kind: 'edit', body: 'second' });
    expect(await change(keyOf(id, true), { type: 'revoke' })).toEqual({ ok: true, value: {} });
    await whenChanged(id, { kind: 'revoke' });
  });

  it('what WhatsApp allows no more is refused, and nothing is done instead', async () => {
    const others = await received('not yours');
    const result = () => change(keyOf(others, false), { type: 'revoke' });
    const refusal = await eventually(
      async () => {
        const answer = await result();
        return !answer.ok && answer.code === 'not_allowed' ? answer : null;
      },
      { timeoutMs: 60_000, what: 'the refusal' },
    );
    expect(refusal).toMatchObject({ nothingSent: true });
    expect(await changesOf(others)).toEqual([]);
  });

  it('of what is not there: refused', async () => {
    expect(await change(keyOf('3EB0FF', true), { type: 'revoke' })).toMatchObject({
      ok: false,
      code: 'target_missing',
      nothingSent: true,
    });
  });
});

describe('what a chat shows of us', () => {
  it('that we write', async () => {
    expect(await bench.link.command({ kind: 'chat.state', chatId, state: 'typing' })).toEqual({
      ok: true,
      value: {},
    });
    await eventually(
      async () => (await bench.phones.chatStates(own)).some(({ state }) => state === 'typing'),
      {
        timeoutMs: 60_000,
        what: 'typing',
      },
    );
  });

  it('that its messages were seen', async () => {
    const id = await received('seen?');
    await eventually(
      async () => {
        expect(await bench.link.command({ kind: 'chat.seen', chatId })).toMatchObject({ ok: true });
        return (await bench.phones.received(friend, own, id))?.['ack'] === 3;
      },
      { timeoutMs: 60_000, what: 'read' },
    );
  });
});
