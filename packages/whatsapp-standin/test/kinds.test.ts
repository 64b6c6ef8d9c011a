import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Message } from 'whatsapp-web.js';
import type { LibraryClient } from './library-client';
import { LinkedAccount } from './linked-account';
import { until } from './until';

const me = '15550108001';
const ann = '15550108002';
const bob = '15550108003';
const card = (name: string) => `BEGIN:VCARD\nVERSION:3.0\nFN:${name}\nTEL;waid=${ann}:+${ann}\nEND:VCARD`;
const pixels = Buffer.from('not really a picture');

describe('what people send, as the real library sees it', () => {
  let account: LinkedAccount;
  let client: LibraryClient;

  beforeAll(async () => {
    account = await LinkedAccount.create(me, ann, bob);
    client = await (await account.open()).ready();
  });
  afterAll(() => account.stop());
  beforeEach(() => void client.messages.splice(0));

  const send = async (message: object, from = ann) =>
    (await account.control.must<{ id: string }>('POST', `/users/${from}/send`, { to: me, ...message })).id;
  const arrived = (id: string): Promise<Message> =>
    until(`message ${id}`, () => client.messages.find((one) => one.id.id === id));
  const change = (by: string, id: string, chat: string, made: object) =>
    account.control.must('POST', `/users/${by}/messages/${id}/change`, { chat, change: made });
  const heard = <T>(event: string, pick: (...args: never[]) => T): T[] => {
    const all: T[] = [];
    client.client.on(event, (...args: unknown[]) => void all.push(pick(...(args as never[]))));
    return all;
  };

  it.each([
    ['image', { caption: 'look' }, { body: 'look', hasMedia: true }],
    ['video', { caption: 'look', seconds: 4, isGif: true }, { duration: '4', isGif: true }],
    ['audio', { seconds: 3 }, { duration: '3', body: '' }],
    ['ptt', { seconds: 2 }, { duration: '2' }],
    ['document', { filename: 'a.pdf', caption: 'read' }, { body: 'read' }],
    ['sticker', {}, { hasMedia: true }],
  ])('%s with its bytes', async (kind, parts, expected) => {
    const media = { data: pixels.toString('base64'), mimetype: 'image/webp' };
    const message = await arrived(await send({ content: { kind, media, ...parts } }));
    expect(message).toMatchObject({ type: kind, hasMedia: true, ...expected });
    const downloaded = await message.downloadMedia();
    expect(Buffer.from(downloaded.data, 'base64')).toEqual(pixels);
    expect(downloaded).toMatchObject({ mimetype: 'image/webp', filesize: pixels.length });
  });

  it.each([['missing'], ['error']])('media whose download fails: %s', async (mediaDownload) => {
    await account.control.faults({ mediaDownload });
    const media = { data: pixels.toString('base64'), mimetype: 'image/webp' };
    const message = await arrived(await send({ content: { kind: 'image', media } }));
    expect(await message.downloadMedia()).toBeUndefined();
    await account.control.must('DELETE', '/faults');
  });

  it('media that fail twice, come slowly, are cut in half, or are not as large as was said', async () => {
    const bytes = Buffer.alloc(60_000, 'abc');
    const media = { data: bytes.toString('base64'), mimetype: 'image/webp', size: 10 };
    const message = await arrived(await send({ content: { kind: 'image', media } }));
    const download = async () => Buffer.from((await message.downloadMedia()).data, 'base64');
    await account.control.faults({ mediaDownload: { failTimes: 2 } });
    await expect(download()).rejects.toThrow('HTTP 500');
    await expect(download()).rejects.toThrow('HTTP 500');
    expect(await download()).toEqual(bytes);
    await account.control.faults({ mediaDownload: { bytesPerSecond: 100_000 } });
    const began = Date.now();
    expect(await download()).toEqual(bytes);
    expect(Date.now() - began).toBeGreaterThan(500);
    await account.control.faults({ mediaDownload: 'truncated' });
    await expect(download()).rejects.toThrow('hash mismatch');
    await account.control.must('DELETE', '/faults');
    expect(await message.downloadMedia()).toMatchObject({ filesize: 10 });
  });

  it.each([
    [
      {
        kind: 'location',
        latitude: 52.5,
        longitude: 13.4,
        name: 'Zoo',
        address: 'Gate 1',
        url: 'https://a.b',
      },
      { type: 'location', location: { latitude: 52.5, longitude: 13.4, name: 'Zoo', address: 'Gate 1' } },
    ],
    [
      { kind: 'vcard', displayName: 'Ann', vcard: card('Ann') },
      { type: 'vcard', vCards: [card('Ann')] },
    ],
    [
      { kind: 'multi_vcard', cards: [{ displayName: 'A', vcard: card('A') }] },
      { type: 'multi_vcard', vCards: [card('A')] },
    ],
    [
      { kind: 'poll_creation', name: 'Tea?', options: ['yes', 'no'] },
      {
        type: 'poll_creation',
        pollName: 'Tea?',
        pollOptions: [
          { name: 'yes', localId: 0 },
          { name: 'no', localId: 1 },
        ],
        allowMultipleAnswers: false,
      },
    ],
    [
      { kind: 'other', type: 'interactive', attributes: { body: 'choose' } },
      { type: 'interactive', body: 'choose' },
    ],
  ])('%j', async (content, expected) => {
    expect(await arrived(await send({ content }))).toMatchObject(expected);
  });

  it('quotes, forwards and mentions', async () => {
    const quotedId = await send({ body: 'question' });
    const id = await send({ body: `@${bob} answer`, quotedId, forwardingScore: 2, mentions: [bob] });
    const message = await arrived(id);
    expect(message).toMatchObject({ hasQuotedMsg: true, isForwarded: true, forwardingScore: 2 });
    expect(message.mentionedIds).toMatchObject([{ _serialized: `${bob}@c.us` }]);
  });

  it('an edit and a revoke are told, and nothing of a revoked message is left', async () => {
    const edits = heard('message_edit', (message: Message, body: string, before: string) => [
      message.id.id,
      body,
      before,
    ]);
    const revokes = heard('message_revoke_everyone', (message: Message) => [message.id.id, message.body]);
    const id = await send({ body: 'first' });
    await arrived(id);
    await change(ann, id, me, { kind: 'edit', body: 'second' });
    await until('the edit', () => edits.length > 0);
    expect(edits).toEqual([[id, 'second', 'first']]);
    await change(ann, id, me, { kind: 'revoke' });
    await until('the revoke', () => revokes.length > 0);
    expect(revokes).toEqual([[id, '']]);
    expect(
      await account.control.ask('POST', `/users/${bob}/messages/${id}/change`, {
        chat: me,
        change: { kind: 'revoke' },
      }),
    ).toMatchObject({ status: 404 });
  });

  it('reactions are told, counted, replaced and taken back', async () => {
    const told = heard('message_reaction', (reaction: { reaction: string; senderId: string }) => [
      reaction.senderId,
      reaction.reaction,
    ]);
    const id = await send({ body: 'nice' });
    const message = await arrived(id);
    for (const text of ['👍', '🎉', '']) {
      await change(ann, id, me, { kind: 'reaction', text });
      await until(text, () => told.at(-1)?.[1] === text);
      await message.reload();
      expect((await message.getReactions())?.map((one) => one.id)).toEqual(text ? [text] : undefined);
    }
    expect(told).toEqual(['👍', '🎉', ''].map((text) => [`${ann}@c.us`, text]));
  });

  it('votes are told, and can be asked for', async () => {
    const told = heard('vote_update', (vote: { selectedOptions: { name: string }[] }) =>
      vote.selectedOptions.map(({ name }) => name),
    );
    const id = await send({ content: { kind: 'poll_creation', name: 'Tea?', options: ['yes', 'no'] } });
    const message = await arrived(id);
    await change(ann, id, me, { kind: 'vote', options: [1] });
    await until('the vote', () => told.length > 0);
    expect(told).toEqual([['no']]);
    expect(await message.getPollVotes()).toMatchObject([{ selectedOptions: [{ name: 'no' }] }]);
  });

  it('a group with its members, messages and news', async () => {
    const joined = heard('group_join', (note: { recipientIds: unknown[] }) => note.recipientIds);
    const updated = heard('group_update', (note: { type: string; body: string }) => [note.type, note.body]);
    const left = heard('group_leave', (note: { type: string }) => note.type);
    const group = await account.control.must<{ id: string }>('POST', `/users/${ann}/groups`, {
      subject: 'Friends',
      members: [me],
    });
    const act = (by: string, made: object) =>
      account.control.must('POST', `/users/${by}/groups/${group.id}`, made);
    await act(ann, { kind: 'add', members: [bob] });
    await act(bob, { kind: 'subject', subject: 'Old friends' });
    await until('the news', () => joined.length > 0 && updated.length > 1);
    expect(joined).toMatchObject([[{ _serialized: `${bob}@c.us` }]]);
    expect(updated).toEqual([
      ['create', 'Friends'],
      ['subject', 'Old friends'],
    ]);

    const id = await send({ to: group.id, body: 'hello all' }, bob);
    const message = await arrived(id);
    expect(message).toMatchObject({ from: group.id, author: `${bob}@c.us` });
    expect(message.id).toMatchObject({ _serialized: `false_${group.id}_${id}_${bob}@c.us` });
    expect(await message.getChat()).toMatchObject({ name: 'Old friends', isGroup: true });

    const sent = await client.client.sendMessage(group.id, 'hello back', { waitUntilMsgSent: true });
    await until('both to have it', async () => (await account.control.chat(ann, group.id)).at(-1)?.ack === 3);
    await until('the ack', () => client.acksOf('hello back').includes(3));
    expect(sent.id).toMatchObject({ fromMe: true, remote: group.id });

    await act(bob, { kind: 'leave' });
    await until('the parting', () => left.length > 0);
    expect(
      await account.control.ask('POST', `/users/${bob}/send`, { to: group.id, body: 'x' }),
    ).toMatchObject({
      status: 403,
    });
  });

  it('what became of messages during an absence is found afterwards', async () => {
    const edited = await send({ body: 'plain' });
    const revoked = await send({ body: 'oops' });
    await arrived(revoked);
    await client.stop();
    const late = await send({ body: 'while away' });
    await change(ann, edited, me, { kind: 'edit', body: 'changed' });
    await change(ann, revoked, me, { kind: 'revoke' });
    await change(ann, late, me, { kind: 'reaction', text: '❤️' });
    client = await (await account.open()).ready();
    const chat = await client.client.getChatById(`${ann}@c.us`);
    const found = new Map((await chat.fetchMessages({ limit: 100 })).map((one) => [one.id.id, one]));
    expect(found.get(edited)).toMatchObject({ body: 'changed' });
    expect(found.get(revoked)).toMatchObject({ type: 'revoked' });
    expect(found.get(late)).toMatchObject({ body: 'while away', hasReaction: true });
  });

  it('with offlineNewestFirst what became of a message comes before it, and counts', async () => {
    await account.control.faults({ offlineAfterReady: true, offlineNewestFirst: true });
    await client.stop();
    const id = await send({ body: 'early' });
    await change(ann, id, me, { kind: 'edit', body: 'later' });
    await change(ann, id, me, { kind: 'reaction', text: '👍' });
    client = await (await account.open()).ready();
    expect(await arrived(id)).toMatchObject({ body: 'later', hasReaction: true });
    await account.control.must('DELETE', '/faults');
  });

  it('a person who goes by a hidden id, with the number known or not', async () => {
    const { lid } = await account.control.must<{ lid: string }>('GET', `/users/${bob}`);
    for (const addressedBy of ['lid', 'hidden']) {
      await account.control.must('PUT', `/users/${bob}`, { name: 'Bob', addressedBy });
      const id = await send({ body: `by ${addressedBy}` }, bob);
      expect(await arrived(id)).toMatchObject({ from: `${lid}@lid` });
    }
    expect(
      await client.inPage(`String(require('WAWebLidMigrationUtils').toPn(
      require('WAWebWidFactory').createWid('${lid}@lid')))`),
    ).toBe(`${bob}@c.us`);
    await client.client.sendMessage(`${bob}@c.us`, 'to the number');
    await until(
      'arrival',
      async () => (await account.control.chat(me, bob)).at(-1)?.body === 'to the number',
    );
    await until('the ack', () => client.acksOf('to the number').includes(3));
  });
});
