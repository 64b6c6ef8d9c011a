import type { PageGlobals, PageMsg } from '../page-modules';

/** A function that runs inside the page, as those of page-functions.ts. */

export interface OlderMessages {
  /** As the library serialises them; the newest first. */
  messages: Record<string, unknown>[];
  /** There are older ones, or nobody knows yet. */
  hasMore: boolean;
  /** Ours, canonical. */
  ownId: string;
}

/**
 * Messages of a chat from behind a place on, the newest first. What the page does not hold it fetches, a few times per call; it
 * keeps all of that for as long as it lives. Null where it has no such chat.
 * @param before the last message that was read, by WhatsApp's seconds and id; null: from the newest on
 */
export async function readOlder(
  chatId: string,
  before: { at: number; id: string } | null,
  limit: number,
): Promise<OlderMessages | null> {
  const page = globalThis as unknown as Required<PageGlobals>;
  if (!('WWebJS' in page)) throw new Error('the page is not ready');
  const chat = page.require('WAWebCollections').Chat.get(page.require('WAWebWidFactory').createWid(chatId));
  if (!chat) return null;
  const user = page.require('WAWebUserPrefsMeUser');
  const me = user.getMaybeMePnUser() ?? user.getMaybeMeLidUser();
  const timeOf = (message: PageMsg) => message.t ?? 0;
  const older = (): PageMsg[] => {
    // In one second the page's own order counts.
    const held = (chat.msgs?.getModelsArray() ?? []).filter(({ type }) => type !== 'ciphertext');
    held.sort((a, b) => timeOf(a) - timeOf(b));
    if (before === null) return held;
    const place = held.findIndex((one) => one.id.id === before.id && timeOf(one) === before.at);
    // Another document may not hold it: rather once more than never.
    return place >= 0 ? held.slice(0, place) : held.filter((one) => timeOf(one) <= before.at);
  };
  let mayHaveMore = true;
  for (let round = 0; round < 5 && mayHaveMore && older().length <= limit; round += 1) {
    const held = chat.msgs?.getModelsArray().length ?? 0;
    const earlier = await page.require('WAWebChatLoadMessages').loadEarlierMsgs({ chat });
    // Without progress it would be asked for ever.
    mayHaveMore = Boolean(earlier?.length) && (chat.msgs?.getModelsArray().length ?? 0) > held;
  }
  const found = older().reverse();
  return {
    messages: found.slice(0, limit).map((message) => page.WWebJS.getMessageModel(message)),
    hasMore: mayHaveMore || found.length > limit,
    ownId: me ? `${me.user}@${me.server}` : '',
  };
}
