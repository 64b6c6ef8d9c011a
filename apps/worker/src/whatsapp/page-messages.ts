import type { PageGlobals, PageMsg } from './page-modules';

/** Functions that run inside the page, as those of page-functions.ts: about messages that are there, and their chats. */

/** The page's own name for a message, looked for in memory, then in the page's store; null when it does not have it. */
export async function findMessageId(
  chatId: string,
  key: { id: string | null; fromMe: boolean; sender: string },
): Promise<string | null> {
  const page = globalThis as unknown as Required<PageGlobals>;
  if (!('WWebJS' in page)) throw new Error('the page is not ready');
  if (key.id === null) return null;
  const { Chat, Msg } = page.require('WAWebCollections');
  const { createWid } = page.require('WAWebWidFactory');
  const remote = createWid(chatId);
  const isIt = (message: PageMsg) => message.id.fromMe === key.fromMe && message.id.id === key.id;
  const loaded = Chat.get(remote)?.msgs?.getModelsArray().find(isIt);
  if (loaded) return String(loaded.id._serialized);
  if (!Msg.getMessagesById) throw new Error('the page can not look into its store');
  const users = page.require('WAWebUserPrefsMeUser');
  const own = [users.getMaybeMePnUser(), users.getMaybeMeLidUser()].filter((wid) => wid !== undefined);
  // In a group the key names its sender too: one of our ids, or the one we know the sender by.
  const senders = key.fromMe ? own : [createWid(key.sender)];
  const participants = remote.server === 'g.us' ? senders : [undefined];
  const MsgKey = page.require('WAWebMsgKey');
  const { id, fromMe } = key;
  const names = participants.map((participant) =>
    String(new MsgKey({ fromMe, remote, id, participant })._serialized),
  );
  const found = (await Msg.getMessagesById(names)).messages?.find(isIt);
  return found ? String(found.id._serialized) : null;
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
