import type { ChatModel } from '../models/chats';
import type { ContactModel } from '../models/contacts';
import type { MsgModel } from '../models/messages';
import type { Wid } from '../models/wid';
import type { Page } from '../page';

/** What the library calls to set things of chats, stars, people and the account itself. */
export function settingModules({ cmd, conn, mailbox, pictures, session }: Page): Record<string, unknown> {
  const { link } = session;
  mailbox.tellMute = async (chat, mutedUntil) => {
    await link.call({ method: 'chat-settings', chat: chat.toString(), mutedUntil });
  };
  cmd.chatsActedOnBy({
    archiveChat: async (chat, archived) => {
      await link.call({ method: 'chat-settings', chat: chat.id.toString(), archived });
      chat.set({ archive: archived });
    },
    pinChat: async (chat, pinned) => {
      await link.call({ method: 'chat-settings', chat: chat.id.toString(), pinned });
      chat.set({ pin: pinned ? Math.floor(Date.now() / 1_000) : 0 });
    },
    markChatUnread: async (chat, markedUnread) => {
      await link.call({ method: 'chat-settings', chat: chat.id.toString(), markedUnread });
      chat.set({ unreadCount: markedUnread ? -1 : 0 });
    },
    star: async (messages, isStarred) => {
      for (const message of messages) {
        await link.call({ method: 'star', ...refOf(message), isStarred });
        message.set({ star: isStarred });
      }
    },
  });
  const pinning = { getPinExpiryDuration: () => defaultPinSeconds };
  const setBlocked = async (contact: ContactModel, isBlocked: boolean) => {
    const id = contact.id.toString();
    await link.call({ method: 'block', id, isBlocked });
    if (isBlocked) mailbox.blocked.add(id);
    else mailbox.blocked.delete(id);
    contact.set({ isContactBlocked: isBlocked });
  };
  return {
    WAWebBlockContactUtils: {
      getContactToBlockOnlyUseIfNoAssociatedChat: (contact: ContactModel) => contact,
    },
    WAWebBlockContactAction: {
      blockContact: ({ contact }: { contact: ContactModel }) => setBlocked(contact, true),
      unblockContact: (contact: ContactModel) => setBlocked(contact, false),
    },
    WAWebContactStatusBridge: {
      getStatus: async ({ wid }: { wid: Wid }) => {
        const { about } = await link.call({ method: 'profile', id: wid.toString() });
        return { status: about };
      },
      setMyStatus: async (about: string) => {
        await link.call({ method: 'own-profile', about });
      },
    },
    WAWebPinMsgConstants: pinning,
    WAWebSendPinMessageAction: {
      sendPinInChatMsg: async (message: MsgModel, action: number) => {
        // How long is what the constants say at that moment, whatever was handed over.
        const forSeconds = action === pinAction ? pinning.getPinExpiryDuration() : 0;
        await link.call({ method: 'pin', ...refOf(message), forSeconds });
        return { messageSendResult: 'OK' };
      },
    },
    WAWebSetPushnameConnAction: {
      setPushname: async (name: string) => {
        await link.call({ method: 'own-profile', name });
        conn.set({ pushname: name });
      },
    },
    WAWebContactProfilePicThumbBridge: {
      requestProfilePicFromServer: async (chat: Pick<ChatModel, 'id'>) => {
        const { user, server } = chat.id;
        if (server === 'g.us') return undefined;
        const { pictureUrl } = await link.call({ method: 'profile', id: `${user}@${server}` });
        return pictureUrl === undefined ? undefined : { eurl: pictureUrl };
      },
      sendSetPicture: (me: Wid, _thumbnail: string, picture: string) => pictures.change(me, picture),
      requestDeletePicture: (me: Wid) => pictures.change(me, null),
    },
  };
}

const pinAction = 1;
const defaultPinSeconds = 7 * 24 * 60 * 60;

function refOf(message: MsgModel): { sender: string; id: string } {
  return { sender: (message.get('author') ?? message.get('from')).toString(), id: message.id.id };
}

/** Whatever is there can be starred. */
export const canStarMsg = (message: MsgModel) => message.get('type') !== 'revoked';
