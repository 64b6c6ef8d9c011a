import type { PageGlobals, PageMsg } from './page-modules';

/** Functions that run inside the page, as those of page-functions.ts: about chats and what is in them. */

/**
 * The chat's id as the page has it; null when WhatsApp has no such recipient. Makes the chat where there is none.
 * Throws while a page that was loaded anew is not ready: it would choose the id of a message by itself.
 */
export async function findChatId(chatId: string): Promise<string | null> {
  const page = globalThis as unknown as Required<PageGlobals>;
  const isPatched = 'wafleetWrapped' in page.require('WAWebSendMsgChatAction').addAndSendMsgToChat;
  if (!isPatched || !('WWebJS' in page)) throw new Error('the page is not ready');
  let wid;
  try {
    wid = page.require('WAWebWidFactory').createWid(chatId);
  } catch {
    return null;
  }
  const known = page.require('WAWebCollections').Chat.get(wid);
  if (!known && wid.server === 'c.us') {
    const answer = await page.require('WAWebQueryExistsJob').queryWidExists(wid);
    if (!answer) return null;
  }
  const chat = known ?? (await page.WWebJS.getChat(chatId, { getAsModel: false }));
  return chat ? `${chat.id.user}@${chat.id.server}` : null;
}

/**
 * A message, by the page's own name for it, with WhatsApp's ack; null when the page does not have it. Looked for in
 * memory, then in the page's store. Throws where the store can't be asked: absent is a promise.
 */
export async function findMessage(
  chatId: string,
  key: { id: string | null; fromMe: boolean; sender: string },
): Promise<{ name: string; ack: number } | null> {
  const page = globalThis as unknown as Required<PageGlobals>;
  if (!('WWebJS' in page)) throw new Error('the page is not ready');
  const { id, fromMe, sender } = key;
  if (id === null) return null;
  const found = (message: PageMsg) => ({ name: String(message.id._serialized), ack: message.ack ?? 0 });
  const isIt = (message: PageMsg) => message.id.fromMe === fromMe && message.id.id === id;
  const { Chat, Msg } = page.require('WAWebCollections');
  const { createWid } = page.require('WAWebWidFactory');
  const chat = createWid(chatId);
  const loaded = Chat.get(chat)?.msgs?.getModelsArray().find(isIt);
  if (loaded) return found(loaded);
  const users = page.require('WAWebUserPrefsMeUser');
  const own = [users.getMaybeMePnUser(), users.getMaybeMeLidUser()].filter((wid) => wid !== undefined);
  const me = own[0];
  if (!me || !Msg.getMessagesById) throw new Error('the page can not look into its store');
  const ends = fromMe
    ? { from: me, to: chat, selfDir: 'out' as const }
    : { from: chat, to: me, selfDir: 'in' as const };
  // In a group the key names its sender too: by either of our ids, or by the one we know the sender by.
  const senders = fromMe ? own : [createWid(sender)];
  const participants = chat.server === 'g.us' ? senders : [undefined];
  const MsgKey = page.require('WAWebMsgKey');
  const keys = participants.map((participant) => new MsgKey({ ...ends, id, participant }));
  const stored = await Msg.getMessagesById(keys.map(({ _serialized }) => String(_serialized)));
  const message = stored.messages?.find(isIt);
  return message ? found(message) : null;
}

/** Whether WhatsApp allows it: an edit within minutes, a revoke within days, both of what is ours to change. */
export async function mayChange(messageId: string, change: 'reaction' | 'edit' | 'revoke'): Promise<boolean> {
  const page = globalThis as unknown as Required<PageGlobals>;
  const { Msg } = page.require('WAWebCollections');
  const message = Msg.get(messageId) ?? (await Msg.getMessagesById?.([messageId]))?.messages?.[0];
  if (!message) return false;
  if (change === 'reaction') return true;
  const allows = page.require('WAWebMsgActionCapability');
  if (change === 'edit') return allows.canEditText(message) || allows.canEditCaption(message);
  return allows.canSenderRevokeMsg(message) || allows.canAdminRevokeMsg(message);
}

export async function showState(chatId: string, state: 'typing' | 'recording' | 'paused'): Promise<void> {
  const page = globalThis as unknown as Required<PageGlobals>;
  await page.WWebJS.sendChatstate(state === 'paused' ? 'stop' : state, chatId);
}
