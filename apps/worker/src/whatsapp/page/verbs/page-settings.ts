import type { PageAct } from '@wafleet/contracts';
import type { VerbGlobals } from './verb-modules';

/**
 * Functions that run inside the page, as those of page-functions.ts: settings of chats, messages, people and ourselves.
 * Each sets a state, so that doing it twice is doing it once. What the page refuses is returned as a code.
 */

type Refused = 'invalid_recipient' | 'target_missing' | 'not_allowed' | null;

/** @param chatId as the page has it */
export async function changeChat(
  chatId: string,
  want: Omit<Extract<PageAct, { name: 'chat' }>, 'name' | 'chatId'>,
): Promise<Refused> {
  const page = globalThis as unknown as VerbGlobals;
  const chat = await page.WWebJS?.getChat(chatId, { getAsModel: false });
  if (!chat) return 'invalid_recipient';
  const { Cmd } = page.require('WAWebCmd');
  const { isArchived, isPinned, mutedUntil, isMarkedUnread } = want;
  if (isPinned === true && !chat.pin) {
    const pinned = page
      .require('WAWebCollections')
      .Chat.getModelsArray()
      .filter(({ pin }) => pin);
    // As many as WhatsApp pins.
    if (pinned.length >= 3) return 'not_allowed';
  }
  if (isPinned !== undefined && isPinned !== Boolean(chat.pin)) await Cmd.pinChat(chat, isPinned);
  if (isArchived !== undefined && isArchived !== (chat.archive === true))
    await Cmd.archiveChat(chat, isArchived);
  if (mutedUntil === 0) await chat.mute?.unmute({ sendDevice: true });
  else if (mutedUntil !== undefined) await chat.mute?.mute({ expiration: mutedUntil, sendDevice: true });
  if (isMarkedUnread !== undefined && isMarkedUnread !== (chat.unreadCount === -1))
    await Cmd.markChatUnread(chat, isMarkedUnread);
  return null;
}

/** @param messageId the page's own name for it */
export async function starMessage(chatId: string, messageId: string, isStarred: boolean): Promise<Refused> {
  const page = globalThis as unknown as VerbGlobals;
  const chat = await page.WWebJS?.getChat(chatId, { getAsModel: false });
  const { Msg } = page.require('WAWebCollections');
  const message = Msg.get(messageId) ?? (await Msg.getMessagesById?.([messageId]))?.messages?.[0];
  if (!chat || !message) return 'target_missing';
  if (!page.require('WAWebMsgActionCapability').canStarMsg(message)) return 'not_allowed';
  const { Cmd } = page.require('WAWebCmd');
  await (isStarred ? Cmd.sendStarMsgs(chat, [message], false) : Cmd.sendUnstarMsgs(chat, [message], false));
  return null;
}

/** @param messageId the page's own name for it @param forSeconds 0: no longer */
export async function pinMessage(messageId: string, forSeconds: number): Promise<Refused> {
  const page = globalThis as unknown as VerbGlobals;
  if (!page.WWebJS) throw new Error('the page is not ready');
  const isDone = await page.WWebJS.pinUnpinMsgAction(messageId, forSeconds > 0 ? 1 : 2, forSeconds);
  return isDone ? null : 'not_allowed';
}

/** @param contactId as the page has the chat */
export async function blockContact(contactId: string, isBlocked: boolean): Promise<Refused> {
  const page = globalThis as unknown as VerbGlobals;
  const wid = page.require('WAWebWidFactory').createWid(contactId);
  const { Contact, Blocklist } = page.require('WAWebCollections');
  const contact = await Contact.find(wid);
  if ((contact.isContactBlocked === true || Boolean(Blocklist.get(wid))) === isBlocked) return null;
  const resolved = page
    .require('WAWebBlockContactUtils')
    .getContactToBlockOnlyUseIfNoAssociatedChat(contact, 'ChatListBlock');
  const actions = page.require('WAWebBlockContactAction');
  await (isBlocked ? actions.blockContact({ contact: resolved }) : actions.unblockContact(resolved));
  return null;
}

export async function changeOwnProfile(about: string | null, displayName: string | null): Promise<Refused> {
  const page = globalThis as unknown as VerbGlobals;
  if (displayName !== null) {
    if (!page.require('WAWebConnModel').Conn.canSetMyPushname()) return 'not_allowed';
    await page.require('WAWebSetPushnameConnAction').setPushname(displayName);
  }
  if (about !== null) await page.require('WAWebContactStatusBridge').setMyStatus(about);
  return null;
}
