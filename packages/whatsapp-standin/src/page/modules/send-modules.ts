import type { ChatState } from '../../protocol';
import { forwarded } from '../content/forward';
import { findLink, findLinks, previewOf, type Link } from '../content/linkify';
import type { ChatModel } from '../models/chats';
import type { MsgAttributes, MsgModel } from '../models/messages';
import type { Wid } from '../models/wid';
import type { Page } from '../page';
import { cardOf, nameOnCard, parseCard } from '../content/vcard';

/** What the library calls to send a message, and to say that a chat was seen or that somebody types in it. */
export function sendModules({ session }: Page): Record<string, unknown> {
  /** Nobody waits for it, and what is said without a connection is lost. */
  const tell = (chat: Wid, state: ChatState) =>
    session.link.send({ kind: 'chat-state', chat: chat.toString(), state });
  return {
    WALinkify: { findLink, findLinks },
    WAWebLinkPreviewChatAction: { getLinkPreview: async (link: Link) => ({ data: previewOf(link) }) },
    WAWebGetEphemeralFieldsMsgActionsUtils: { getEphemeralFields: () => ({}) },
    WAWebMsgReply: { canReplyMsg: (message: MsgModel) => message.canReply() },
    WAWebSendMsgChatAction: {
      addAndSendMsgToChat: (chat: ChatModel, message: MsgAttributes) =>
        session.outbox.addAndSend(chat, message),
    },
    WAWebChatForwardMessage: {
      forwardMessages: async ({ chat, msgs }: { chat: ChatModel; msgs: MsgModel[] }) => {
        for (const message of msgs) {
          const [shown] = session.outbox.addAndSend(chat, await forwarded(session.account, chat, message));
          await shown;
        }
      },
    },
    WAWebFrontendVcardUtils: { vcardFromContactModel: cardOf },
    WAWebVcardParsingUtils: { parseVcard: parseCard },
    WAWebVcardGetNameFromParsed: { vcardGetNameFromParsed: nameOnCard },
    WAWebUpdateUnreadChatAction: {
      sendSeen: async ({ chat }: { chat: ChatModel }) => {
        if (chat.get('unreadCount') > 0) session.outbox.markRead(chat);
      },
    },
    WAWebChatStateBridge: {
      sendChatStateComposing: async (chat: Wid) => tell(chat, 'typing'),
      sendChatStateRecording: async (chat: Wid) => tell(chat, 'recording'),
      sendChatStatePaused: async (chat: Wid) => tell(chat, 'paused'),
    },
  };
}
