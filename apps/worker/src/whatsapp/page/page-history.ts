import type { PageGlobals, PageMsg } from './page-modules';
import type { ChatHistory } from '../whatsapp-chats';

/** Functions that run inside the page and read its history; the same rules as in page-functions.ts. */

export function listActiveChats(sinceSeconds: number): string[] {
  const page = globalThis as unknown as Required<PageGlobals>;
  return page
    .require('WAWebCollections')
    .Chat.getModelsArray()
    .map((chat) => {
      const newest = chat.msgs?.getModelsArray().reduce((t, message) => Math.max(t, message.t ?? 0), 0);
      return { id: `${chat.id.user}@${chat.id.server}`, t: Math.max(chat.t ?? 0, newest ?? 0) };
    })
    .filter(({ t }) => t >= sinceSeconds)
    .sort((a, b) => b.t - a.t)
    .map(({ id }) => id);
}

/** Fetches earlier messages until the page's history of this chat goes back far enough, a few times per call. */
export async function reachBack(chatId: string, sinceSeconds: number): Promise<ChatHistory['reach']> {
  const page = globalThis as unknown as Required<PageGlobals>;
  if (!('WWebJS' in page)) throw new Error('the page is not ready');
  const wid = page.require('WAWebWidFactory').createWid(chatId);
  const chat = page.require('WAWebCollections').Chat.get(wid);
  if (!chat) return 'whole';
  const held = () => chat.msgs?.getModelsArray() ?? [];
  const isFarEnough = () => held().some((message) => (message.t ?? 0) < sinceSeconds);
  for (let round = 0; round < 5 && !isFarEnough(); round += 1) {
    const before = held().length;
    const earlier = await page.require('WAWebChatLoadMessages').loadEarlierMsgs({ chat });
    if (held().length > before) continue;
    // Without progress it would be asked for ever.
    return earlier && earlier.length > 0 ? 'cut' : 'whole';
  }
  return isFarEnough() ? 'whole' : 'loading';
}

/** What the page has of the chat. Messages are serialised by the library, as its own events are. */
export async function readChatHistory(
  chatId: string,
  sinceSeconds: number,
  offset: number,
  limit: number,
): Promise<Omit<ChatHistory, 'reach'>> {
  const page = globalThis as unknown as Required<PageGlobals>;
  if (!('WWebJS' in page)) throw new Error('the page is not ready');
  const wid = page.require('WAWebWidFactory').createWid(chatId);
  const chat = page.require('WAWebCollections').Chat.get(wid);
  if (!chat) return { messages: [], hasMore: false };
  const wanted = (chat.msgs?.getModelsArray() ?? [])
    .filter((message: PageMsg) => (message.t ?? 0) >= sinceSeconds && message.type !== 'ciphertext')
    .sort((a, b) => (a.t ?? 0) - (b.t ?? 0));
  const reactionsOf = async (message: PageMsg) => {
    if (!message.hasReaction) return [];
    const { Reactions } = page.require('WAWebCollections');
    const found = await Reactions.find(String(message.id._serialized));
    return found?.reactions.serialize().flatMap(({ senders }) => senders) ?? [];
  };
  const votesOf = async (message: PageMsg) => {
    if (message.type !== 'poll_creation') return [];
    const table = page.require('WAWebPollsVotesSchema').getTable();
    const rows = await table.equals(['parentMsgKey'], String(message.id._serialized));
    return rows.map(({ msgKey, sender, senderTimestampMs, selectedOptionLocalIds }) => ({
      msgKey: { fromMe: String(msgKey).startsWith('true_') },
      senderUserJid: typeof sender === 'object' ? `${sender.user}@${sender.server}` : sender,
      senderTimestampMs,
      selectedOptionLocalIds: [...new Uint8Array(selectedOptionLocalIds)],
    }));
  };
  // What can't be read of it keeps no message back.
  const withUpdates = async (message: PageMsg) => {
    const model = page.WWebJS.getMessageModel(message);
    const reactions = await reactionsOf(message).catch(() => null);
    const votes = await votesOf(message).catch(() => []);
    return {
      ...model,
      wafleetReactions: reactions ?? [],
      wafleetHasAllReactions: reactions !== null,
      wafleetVotes: votes,
    };
  };
  const part = await Promise.all(wanted.slice(offset, offset + limit).map(withUpdates));
  return { messages: part, hasMore: offset + limit < wanted.length };
}
