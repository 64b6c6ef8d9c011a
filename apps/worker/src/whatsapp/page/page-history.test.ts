import { afterEach, describe, expect, it } from '@jest/globals';
import { listActiveChats, reachBack, readChatHistory } from './page-history';

const page = globalThis as { require?: unknown; WWebJS?: unknown };
afterEach(() => {
  delete page.require;
  delete page.WWebJS;
});

const chatId = '15550100002@c.us';
const message = (t: number, type = 'chat') => ({ t, type });

/** A page with one chat that holds `held` and loads a part of `earlier` at a time. */
function showChat(held: object[], earlier: object[][] = []) {
  const models = [...held];
  const parts = [...earlier];
  const wid = { user: '15550100002', server: 'c.us' };
  const chat = { id: wid, t: 100, msgs: { getModelsArray: () => models } };
  const modules: Record<string, unknown> = {
    WAWebCollections: { Chat: { get: () => chat, getModelsArray: () => [chat] } },
    WAWebWidFactory: { createWid: () => wid },
    WAWebChatLoadMessages: {
      loadEarlierMsgs: async () => {
        const part = parts.shift() ?? [];
        models.unshift(...part);
        return part;
      },
    },
  };
  page.require = (name: string) => modules[name];
  page.WWebJS = { getMessageModel: ({ t }: { t: number }) => ({ t }) };
  return modules;
}
const times = (history: { messages: Record<string, unknown>[] }) => history.messages.map(({ t }) => t);

describe('the history of a chat', () => {
  it('is read oldest first, in parts, without what is older or not decrypted yet', async () => {
    showChat([message(9), message(30), message(10), message(20), message(25, 'ciphertext')]);
    const first = await readChatHistory(chatId, 10, 0, 2);
    expect([times(first), first.hasMore]).toEqual([[10, 20], true]);
    const second = await readChatHistory(chatId, 10, 2, 2);
    expect([times(second), second.hasMore]).toEqual([[30], false]);
  });

  it('is loaded until it reaches back far enough, a few times per call', async () => {
    showChat(
      [message(50)],
      [[message(40)], [message(30)], [message(20)], [message(10)], [message(9)], [message(1)]],
    );
    expect(await reachBack(chatId, 5)).toBe('loading');
    expect(await reachBack(chatId, 5)).toBe('whole');
    expect(times(await readChatHistory(chatId, 5, 0, 10))).toEqual([9, 10, 20, 30, 40, 50]);
  });

  it('is whole when there is nothing before, and cut where loading leads nowhere', async () => {
    showChat([message(50)]);
    expect(await reachBack(chatId, 5)).toBe('whole');
    const modules = showChat([message(50)]);
    modules['WAWebChatLoadMessages'] = { loadEarlierMsgs: async () => [message(50)] };
    expect(await reachBack(chatId, 5)).toBe('cut');
  });

  it('tells what became of each message, and keeps none back for what it can not tell', async () => {
    const liked = { ...message(30), id: { _serialized: 'liked' }, hasReaction: true };
    const poll = { ...message(20, 'poll_creation'), id: { _serialized: 'poll' } };
    const modules = showChat([poll, liked]);
    const Reactions = {
      find: async () => ({ reactions: { serialize: () => [{ senders: [{ reactionText: '👍' }] }] } }),
    };
    Object.assign(modules['WAWebCollections'] as object, { Reactions });
    const vote = { msgKey: 'true_a_b', sender: { user: '1', server: 'c.us' }, senderTimestampMs: 5 };
    modules['WAWebPollsVotesSchema'] = {
      getTable: () => ({ equals: async () => [{ ...vote, selectedOptionLocalIds: [1] }] }),
    };
    expect((await readChatHistory(chatId, 10, 0, 10)).messages).toMatchObject([
      {
        wafleetHasAllReactions: true,
        wafleetReactions: [],
        wafleetVotes: [{ msgKey: { fromMe: true }, senderUserJid: '1@c.us', selectedOptionLocalIds: [1] }],
      },
      { wafleetHasAllReactions: true, wafleetReactions: [{ reactionText: '👍' }], wafleetVotes: [] },
    ]);
    delete modules['WAWebPollsVotesSchema'];
    Object.assign(Reactions, { find: () => Promise.reject(new Error('no table')) });
    expect((await readChatHistory(chatId, 10, 0, 10)).messages).toMatchObject([
      { wafleetHasAllReactions: true, wafleetVotes: [] },
      { wafleetHasAllReactions: false, wafleetReactions: [] },
    ]);
  });

  it('is not read where the page fails to load it, or is not ready', async () => {
    const modules = showChat([message(50)]);
    modules['WAWebChatLoadMessages'] = { loadEarlierMsgs: () => Promise.reject(new Error('offline')) };
    await expect(reachBack(chatId, 5)).rejects.toThrow('offline');
    delete page.WWebJS;
    await expect(reachBack(chatId, 5)).rejects.toThrow('not ready');
    await expect(readChatHistory(chatId, 5, 0, 10)).rejects.toThrow('not ready');
  });
});

it('a chat is active by its own time or that of a message it holds', () => {
  showChat([message(200)]);
  expect([listActiveChats(150), listActiveChats(100), listActiveChats(201)]).toEqual([
    [chatId],
    [chatId],
    [],
  ]);
});
