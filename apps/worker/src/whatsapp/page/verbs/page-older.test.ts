import { afterEach, describe, expect, it } from '@jest/globals';
import { olderPage } from './older-page';
import { readOlder } from './page-older';

const page = globalThis as { require?: unknown; WWebJS?: unknown };
afterEach(() => {
  delete page.require;
  delete page.WWebJS;
});

const chatId = '15550100002@c.us';
const message = (t: number, id = `id${t}`, type = 'chat') => ({ t, type, id: { id, fromMe: false } });

/** A page with one chat that holds `held` and loads a part of `earlier` at a time. */
function showChat(held: object[], earlier: object[][] = []) {
  const models = [...held];
  const parts = [...earlier];
  const modules: Record<string, unknown> = {
    WAWebCollections: { Chat: { get: (wid: string) => (wid === chatId ? chat : undefined) } },
    WAWebWidFactory: { createWid: (id: string) => id },
    WAWebUserPrefsMeUser: { getMaybeMePnUser: () => ({ user: '15550100001', server: 'c.us' }) },
    WAWebChatLoadMessages: {
      loadEarlierMsgs: async () => {
        const part = parts.shift() ?? [];
        models.unshift(...part);
        return part;
      },
    },
  };
  const chat = { msgs: { getModelsArray: () => models } };
  page.require = (name: string) => modules[name];
  page.WWebJS = { getMessageModel: (one: object) => one };
  return modules;
}

/** All of it, in parts of so many. */
async function readAll(limit: number): Promise<unknown[]> {
  const times: unknown[] = [];
  let before: { at: number; id: string } | null = null;
  for (let part = 0; part < 100; part += 1) {
    const found = await readOlder(chatId, before, limit);
    times.push(...(found?.messages ?? []).map(({ t }) => t));
    const last = found?.messages.at(-1) as ReturnType<typeof message> | undefined;
    if (!found?.hasMore) return times;
    before = last ? { at: last.t, id: last.id.id } : before;
  }
  throw new Error('it never ends');
}

describe('what is older in a chat', () => {
  it('is read newest first, in parts, each once, without what is not decrypted yet', async () => {
    showChat(
      [message(7), message(9, 'b'), message(9, 'a'), message(8, 'x', 'ciphertext')],
      [[message(5), message(6)], [message(3), message(4)], [message(1)]],
    );
    expect(await readAll(2)).toEqual([9, 9, 7, 6, 5, 4, 3, 1]);
    expect(await readAll(100)).toEqual([9, 9, 7, 6, 5, 4, 3, 1]);
  });

  it('is fetched a few times per call, and ends where that leads nowhere', async () => {
    const parts = Array.from({ length: 9 }, (_, index) => [message(20 - index)]);
    showChat([message(30)], parts);
    expect(await readOlder(chatId, null, 100)).toMatchObject({ hasMore: true, ownId: '15550100001@c.us' });
    expect(await readAll(100)).toHaveLength(10);
    const modules = showChat([message(30)]);
    modules['WAWebChatLoadMessages'] = { loadEarlierMsgs: async () => [message(30)] };
    expect(await readOlder(chatId, null, 100)).toMatchObject({ hasMore: false });
  });

  it('is nothing of a chat that the page does not have', async () => {
    showChat([]);
    expect(await readOlder('15550100003@c.us', null, 10)).toBeNull();
  });
});

describe('an answer with older messages', () => {
  const ofPage = (t: number, body: string, type = 'chat') => ({
    t,
    type,
    body,
    id: { id: `id${t}`, fromMe: false, remote: chatId },
    from: chatId,
  });
  const ownId = '15550100001@c.us';

  it('passes over what is no message, and goes on behind it', () => {
    const messages = [ofPage(9, 'nine'), ofPage(8, '', 'e2e_notification')];
    const answer = olderPage({ messages, hasMore: true, ownId }, null);
    expect(answer.messages).toMatchObject([{ id: 'id9', body: 'nine', sender: chatId, fromMe: false }]);
    expect(answer.next).toEqual({ at: 8, id: 'id8' });
    expect(olderPage({ messages, hasMore: false, ownId }, null).next).toBeNull();
    expect(olderPage({ messages: [], hasMore: true, ownId }, { at: 8, id: 'id8' }).next).toEqual(answer.next);
  });

  it('holds no more than fits into a frame, and goes on with the rest', () => {
    const messages = Array.from({ length: 40 }, (_, index) => ofPage(100 - index, 'x'.repeat(60_000)));
    const answer = olderPage({ messages, hasMore: false, ownId }, null);
    expect(answer.messages.length).toBeGreaterThan(5);
    expect(answer.messages.length).toBeLessThan(20);
    expect(answer.next).toEqual({
      at: 101 - answer.messages.length,
      id: `id${101 - answer.messages.length}`,
    });
  });
});
