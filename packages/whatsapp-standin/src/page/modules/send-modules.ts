import { findLink, findLinks } from '../linkify';
import type { ChatModel } from '../models/chats';
import type { MsgAttributes, MsgModel } from '../models/messages';
import type { Page } from '../page';

/** What the library calls to send text, and to say that a chat was seen. */
export function sendModules({ session }: Page): Record<string, unknown> {
  return {
    WALinkify: { findLink, findLinks },
    WAWebLinkPreviewChatAction: { getLinkPreview: async () => null },
    WAWebGetEphemeralFieldsMsgActionsUtils: { getEphemeralFields: () => ({}) },
    WAWebMsgReply: { canReplyMsg: (message: MsgModel) => message.canReply() },
    WAWebSendMsgChatAction: {
      addAndSendMsgToChat: (chat: ChatModel, message: MsgAttributes) =>
        session.outbox.addAndSend(chat, message),
    },
    WAWebUpdateUnreadChatAction: {
      sendSeen: async ({ chat }: { chat: ChatModel }) => {
        if (chat.get('unreadCount') > 0) session.outbox.markRead(chat);
      },
    },
    WAWebChatStateBridge: {
      sendChatStateComposing: async () => undefined,
      sendChatStateRecording: async () => undefined,
      sendChatStatePaused: async () => undefined,
    },
  };
}
