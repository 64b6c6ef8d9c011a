import type { ChatModel } from '../models/chats';
import type { ContactModel } from '../models/contacts';
import { MsgKey } from '../models/msg-key';
import { Wid, createWid } from '../models/wid';
import type { Page } from '../page';

/** Chats, contacts and their ids. */
export function chatModules({ mailbox, pictures, session }: Page): Record<string, unknown> {
  const exists = async (wid: Wid) => {
    if (!wid.isUser()) return null;
    return (await session.link.call({ method: 'exists', id: wid.toString() })).contact;
  };
  const other = (wid: Wid) => mailbox.contacts.alternative(wid);
  return {
    WAWebCollections: {
      Msg: mailbox.messages,
      Chat: mailbox.chats,
      Contact: mailbox.contacts,
      GroupMetadata: mailbox.groups,
      Reactions: mailbox.changes.reactions,
      Blocklist: {
        get: (wid: Wid | string) => (mailbox.blocked.has(wid.toString()) ? { id: wid } : undefined),
        getModelsArray: () => [...mailbox.blocked].map((id) => ({ id: createWid(id) })),
      },
      ProfilePicThumb: pictures,
      BusinessProfile: { find: async () => ({}) },
    },
    WAWebWidFactory: { createWid, createWidFromWidLike: createWid, asUserWidOrThrow },
    WAWebFindChatAction: {
      findOrCreateLatestChat: async (wid: Wid) => {
        if (wid.isGroup()) return { chat: mailbox.chats.get(wid) };
        const contact = await exists(wid);
        if (!contact) throw new Error('No LID for user');
        mailbox.contacts.learn(contact, false);
        return { chat: mailbox.chatWith(contact.id) };
      },
    },
    WAWebQueryExistsJob: { queryWidExists: async (wid: Wid) => ((await exists(wid)) ? { wid } : null) },
    WAWebChatLoadMessages: {
      loadEarlierMsgs: async ({ chat }: { chat: ChatModel }) => {
        const oldest = chat.msgs.getModelsArray()[0];
        const before = oldest ? { beforeId: oldest.id.id } : {};
        const { messages } = await session.link.call({
          method: 'earlier',
          chat: chat.id.toString(),
          ...before,
        });
        return mailbox.addEarlier(session.account, chat, messages);
      },
    },
    WAWebChatGetters: {
      getIsNewsletter: (chat: ChatModel) => chat.id.isNewsletter(),
      getIsBroadcast: (chat: ChatModel) => chat.id.isStatus(),
    },
    WAWebLidMigrationUtils: { toPn: (wid: Wid) => (wid.isLid() ? other(wid) : wid) },
    WAWebApiContact: {
      getAlternateUserWid: other,
      getCurrentLid: (wid: Wid) => (wid.isLid() ? wid : other(wid)),
      getPhoneNumber: (wid: Wid) => (wid.isLid() ? other(wid) : wid),
    },
    WAWebContactGetters: contactGetters,
    WAWebFrontendContactGetters: { getIsMyContact: (contact: ContactModel) => !contact.get('isMe') },
    WAWebMsgKey: MsgKey,
  };
}

const contactGetters = {
  getIsMe: (contact: ContactModel) => contact.get('isMe'),
  getIsUser: (contact: ContactModel) => contact.id.isUser(),
  getIsGroup: (contact: ContactModel) => contact.id.isGroup(),
  getIsWAContact: () => true,
  getUserid: (contact: ContactModel) => contact.id.user,
  getVerifiedName: () => undefined,
  getVerifiedLevel: () => undefined,
  getStatusMute: () => false,
  getName: (contact: ContactModel) => contact.get('name'),
  getShortName: (contact: ContactModel) => contact.get('shortName'),
  getPushname: (contact: ContactModel) => contact.get('pushname'),
  getIsEnterprise: (contact: ContactModel) => contact.get('isEnterprise'),
};

function asUserWidOrThrow(wid: Wid): Wid {
  if (!wid.isUser()) throw new Error('wid error: not a user');
  return wid;
}
