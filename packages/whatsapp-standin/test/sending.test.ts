import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Location, type Message, MessageMedia, Poll } from 'whatsapp-web.js';
import type { Control } from './control';
import type { LibraryClient } from './library-client';
import { LinkedAccount } from './linked-account';
import { until } from './until';

const me = '15550109001';
const ann = '15550109002';
const bob = '15550109003';
const toAnn = `${ann}@c.us`;
const card = (name: string) => `BEGIN:VCARD\nVERSION:3.0\nFN:${name}\nTEL;waid=${bob}:+${bob}\nEND:VCARD`;
const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7) % 256));
const sha256 = createHash('sha256').update(bytes).digest('hex');
const hourMs = 3_600_000;
/** One red dot. */
const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';

describe('what the real library sends', () => {
  let account: LinkedAccount;
  let client: LibraryClient;
  let control: Control;

  beforeAll(async () => {
    account = await LinkedAccount.create(me, ann, bob);
    ({ control } = account);
    client = await (await account.open()).ready();
  });
  afterAll(() => account.stop());
  afterEach(() => control.must('DELETE', '/faults'));

  const library = () => client.client;
  const media = (mimetype: string, filename?: string) =>
    new MessageMedia(mimetype, bytes.toString('base64'), filename);
  const newest = async () => (await control.chat(ann, me)).at(-1);
  const arrived = (id: string) =>
    until(`message ${id}`, async () => (await control.chat(ann, me)).find((one) => one.id === id));
  const send = async (...message: [content: unknown, options?: object]) => {
    const sent = await library().sendMessage(toAnn, ...(message as ['']));
    await arrived(sent.id.id);
    await until('the ack', () => client.ackOf(sent.id.id) >= 1);
    return sent;
  };
  /** What is in the page, as the library would find it. */
  const inPage = (message: Message) => library().getMessageById(message.id._serialized);
  const changesOf = async (id: string) => (await arrived(id)).changes.map(({ change }) => change);

  it.each([
    ['image', 'image/jpeg', {}, {}],
    ['video', 'video/mp4', {}, { isGif: false }],
    ['video', 'video/mp4', { sendVideoAsGif: true }, { isGif: true }],
    ['audio', 'audio/mpeg', {}, {}],
    ['ptt', 'audio/ogg; codecs=opus', { sendAudioAsVoice: true }, {}],
    ['document', 'application/pdf', {}, { filename: 'plan.pdf' }],
    ['document', 'image/jpeg', { sendMediaAsDocument: true }, { filename: 'plan.pdf' }],
    ['sticker', 'image/webp', { sendMediaAsSticker: true }, {}],
  ])('%s of %s, with %j: the bytes arrive as they are', async (kind, mimetype, options, expected) => {
    const sent = await send(media(mimetype, 'plan.pdf'), options);
    expect(sent).toMatchObject({ type: kind, hasMedia: true });
    expect(await arrived(sent.id.id)).toMatchObject({
      content: { kind, media: { sha256, size: bytes.length, mimetype }, ...expected },
    });
    const downloaded = await (await inPage(sent)).downloadMedia();
    expect(Buffer.from(downloaded.data, 'base64').equals(bytes)).toBe(true);
  });

  it.each([['image/png'], ['video/mp4'], ['application/pdf']])('%s with a caption', async (mimetype) => {
    const sent = await send(media(mimetype), { caption: 'look' });
    expect(sent.body).toBe('look');
    expect(await arrived(sent.id.id)).toMatchObject({ body: 'look', content: { caption: 'look' } });
  });

  it('a picture that is no webp becomes a sticker', async () => {
    const sent = await send(new MessageMedia('image/png', png), { sendMediaAsSticker: true });
    expect(await arrived(sent.id.id)).toMatchObject({
      content: { kind: 'sticker', media: { mimetype: 'image/webp' } },
    });
  });

  it.each([
    [
      'a location',
      new Location(52.5, 13.4, { name: 'Zoo', address: 'Gate 1\nBerlin', url: 'https://zoo.test' }),
      {},
      { kind: 'location', latitude: 52.5, name: 'Zoo', address: 'Gate 1\nBerlin', url: 'https://zoo.test' },
    ],
    [
      'a text with a preview of its link',
      'see https://bakery.example/menu',
      { linkPreview: true },
      { kind: 'chat', preview: { title: 'bakery.example', matchedText: 'https://bakery.example/menu' } },
    ],
    ['a bare location', new Location(0, 0), {}, { kind: 'location', latitude: 0, longitude: 0 }],
    [
      'a card',
      '',
      { extra: { type: 'vcard', body: card('Bob'), vcardFormattedName: 'Bob' } },
      { kind: 'vcard', displayName: 'Bob', vcard: card('Bob') },
    ],
    ['a card as text', card('Bob'), {}, { kind: 'vcard', displayName: 'Bob', vcard: card('Bob') }],
    [
      'cards',
      '',
      {
        extra: {
          type: 'multi_vcard',
          vcardList: ['A', 'B'].map((name) => ({ displayName: name, vcard: card(name) })),
          body: null,
        },
      },
      {
        kind: 'multi_vcard',
        cards: ['A', 'B'].map((name) => ({ displayName: name, vcard: card(name) })),
      },
    ],
    [
      'a poll',
      new Poll('Tea?', ['yes', 'no'], { allowMultipleAnswers: true, messageSecret: undefined }),
      {},
      { kind: 'poll_creation', name: 'Tea?', options: ['yes', 'no'], allowsMany: true },
    ],
  ])('%s', async (_name, content, options, expected) => {
    const sent = await send(content, options);
    expect((await arrived(sent.id.id)).content).toMatchObject(expected);
  });

  it('a contact of the page', async () => {
    const sent = await send(await library().getContactById(`${ann}@c.us`));
    expect(await arrived(sent.id.id)).toMatchObject({
      content: { kind: 'vcard', displayName: `User ${ann}`, vcard: expect.stringContaining(`waid=${ann}`) },
    });
  });

  it('quotes, mentions and forwards', async () => {
    const first = await send('question');
    const { id } = await send(`@${bob} answer`, {
      quotedMessageId: first.id._serialized,
      mentions: [`${bob}@c.us`],
    });
    expect(await arrived(id.id)).toMatchObject({ quotedId: first.id.id, mentions: [bob] });
    await (await send(media('image/png'), { caption: 'pass on' })).forward(toAnn);
    const passedOn = await until('the forward', async () => {
      const message = await newest();
      return message?.forwardingScore === 1 && message;
    });
    expect(passedOn).toMatchObject({ content: { kind: 'image', caption: 'pass on', media: { sha256 } } });
  });

  it('a message that makes no sense is refused, and the connection stays', async () => {
    const sent = await library().sendMessage(toAnn, new Location(900, 0));
    await until('the failure', () => client.ackOf(sent.id.id) === -1);
    await send('after it');
    expect(client.events.filter((event) => event.startsWith('state'))).toEqual([]);
  });

  it.each([
    ['an image', 'image/png', {}],
    ['a sticker', 'image/webp', { sendMediaAsSticker: true }],
  ])('%s whose upload is refused is not sent, and one that is late is', async (_name, mimetype, options) => {
    await control.faults({ mediaUpload: 'error' }, me);
    const before = await control.sends(me);
    await expect(library().sendMessage(toAnn, media(mimetype), options)).rejects.toThrow('upload: HTTP 500');
    expect(await control.sends(me)).toEqual(before);
    await control.faults({ mediaUpload: { delayMs: 300 } }, me);
    const started = performance.now();
    await send(media(mimetype), options);
    expect(performance.now() - started).toBeGreaterThan(300);
  });

  it('an upload without an answer keeps its send waiting, and no other', async () => {
    await control.faults({ mediaUpload: 'hang' }, me);
    const hanging = library().sendMessage(toAnn, media('image/png'));
    await send('meanwhile');
    expect(await Promise.race([hanging, Promise.resolve('waiting')])).toBe('waiting');
    hanging.catch(() => undefined);
  });

  it('a reaction reaches the other side, is replaced and taken back', async () => {
    const id = await control.sendFromPhone(ann, me, 'nice');
    const message = await client.message('nice');
    for (const text of ['👍', '🎉', '']) {
      await message.react(text);
      expect((await changesOf(id)).at(-1)).toEqual({ kind: 'reaction', text });
      const shown = await (await inPage(message)).getReactions();
      expect(shown?.map((one) => one.id)).toEqual(text ? [text] : undefined);
    }
    expect(await control.sends(me)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ to: ann, timesReceived: 1, change: { kind: 'reaction', targetId: id } }),
      ]),
    );
  });

  it('an edit reaches the other side, of a text and of a caption', async () => {
    const text = await send('first');
    expect((await text.edit('second'))?.body).toBe('second');
    expect(await arrived(text.id.id)).toMatchObject({ body: 'second' });
    const image = await send(media('image/png'), { caption: 'first' });
    expect((await image.edit('second'))?.body).toBe('second');
    expect(await arrived(image.id.id)).toMatchObject({ body: 'second' });
    expect((await inPage(image)).hasMedia).toBe(true);
  });

  it('a message is deleted for everyone, by its sender or an admin of its group', async () => {
    const sent = await send('oops');
    await sent.delete(true);
    expect(await changesOf(sent.id.id)).toEqual([{ kind: 'revoke' }]);
    expect(await inPage(sent)).toMatchObject({ type: 'revoked' });

    const group = await control.must<{ id: string }>('POST', `/users/${me}/groups`, {
      subject: 'Mine',
      members: [ann],
    });
    await control.sendFromPhone(ann, group.id, 'rude');
    await (await client.message('rude')).delete(true);
    expect((await control.chat(ann, group.id)).at(-1)).toMatchObject({ from: ann, body: '' });
  });

  it('a message that is deleted for me is gone here only', async () => {
    const sent = await send('mine');
    await sent.delete();
    expect(await inPage(sent)).toBeNull();
    expect(await arrived(sent.id.id)).toMatchObject({ body: 'mine', changes: [] });
  });

  it('a message that is too old is not edited, and "for everyone" deletes it for me only', async () => {
    const timestamp = Math.floor((Date.now() - 61 * hourMs) / 1_000);
    const old = { to: ann, body: 'old', timestamp };
    const { id } = await control.must<{ id: string }>('POST', `/users/${me}/send`, old);
    const message = await until('the message', () => library().getMessageById(`true_${toAnn}_${id}`));
    expect(await message.edit('new')).toBeNull();
    await message.delete(true);
    expect(await inPage(message)).toBeNull();
    expect(await arrived(id)).toMatchObject({ body: 'old', changes: [] });
  });

  it('a change that the server refuses is rejected, and shows no longer', async () => {
    const sent = await send('as it was');
    await control.faults({ ackMode: 'error' }, me);
    for (const change of [() => sent.edit('other'), () => sent.delete(true), () => sent.react('👍')]) {
      await expect(change()).rejects.toThrow('The server refused the change.');
    }
    expect(await inPage(sent)).toMatchObject({ type: 'chat', body: 'as it was', hasReaction: false });
    expect(await changesOf(sent.id.id)).toEqual([]);
    const tried = (await control.sends(me)).filter(({ change }) => change?.targetId === sent.id.id);
    expect(tried.map(({ change }) => change?.kind)).toEqual(['edit', 'revoke', 'reaction']);
  });

  it('a change whose answer is lost goes out again with the next connection, and counts once', async () => {
    const sent = await send('heard');
    await control.faults({ ackMode: 'none' }, me);
    const reacting = sent.react('👍');
    await until('the change', async () => (await changesOf(sent.id.id)).length === 1);
    await control.must('DELETE', '/faults');
    await control.must('POST', '/connections/drop', {});
    await reacting;
    expect(await changesOf(sent.id.id)).toEqual([{ kind: 'reaction', text: '👍' }]);
    const tried = (await control.sends(me)).filter(({ change }) => change?.targetId === sent.id.id);
    expect(tried).toMatchObject([{ timesReceived: 1, timesRepeated: 1 }]);
  });

  it('without a connection changes show at once, wait, and go out once, behind their messages', async () => {
    const before = await send('before');
    await control.faults({ refuseConnections: true });
    await control.must('POST', '/connections/drop', {});
    await until('the loss', async () => (await client.state()) === 'OPENING');
    const waiting = library().sendMessage(toAnn, 'written offline', { waitUntilMsgSent: true });
    const editing = before.edit('edited offline');
    await until('the edit', async () => (await inPage(before)).body === 'edited offline');
    expect(await changesOf(before.id.id)).toEqual([]);
    await control.must('DELETE', '/faults');
    const sent = await waiting;
    await editing;
    expect(await changesOf(before.id.id)).toEqual([{ kind: 'edit', body: 'edited offline' }]);
    const sends = (await control.sends(me)).slice(-2);
    expect(sends).toMatchObject([
      { id: sent.id.id, timesReceived: 1 },
      { change: { kind: 'edit', targetId: before.id.id }, timesReceived: 1 },
    ]);
  });

  it('typing, recording and pausing reach the server', async () => {
    const chat = await library().getChatById(toAnn);
    await chat.sendStateTyping();
    await chat.sendStateRecording();
    await chat.clearState();
    const notes = await until('the states', async () => {
      const all = (await control.must<{ items: object[] }>('GET', `/chat-states?number=${me}`)).items;
      return all.length === 3 && all;
    });
    expect(notes).toMatchObject(
      ['typing', 'recording', 'paused'].map((state) => ({ from: me, chat: ann, state })),
    );
  });

  it('editWindowMs and revokeWindowMs: what was sent just now is too old', async () => {
    await control.faults({ editWindowMs: 0, revokeWindowMs: 0 }, me);
    await client.stop();
    client = await (await account.open()).ready();
    const sent = await send('kept');
    expect(await sent.edit('other')).toBeNull();
    await sent.delete(true);
    expect(await arrived(sent.id.id)).toMatchObject({ body: 'kept', changes: [] });
  });
});
