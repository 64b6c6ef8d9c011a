import type { PageFaults } from '../../faults/fault-table';
import type { ChatModel } from '../models/chats';
import type { MsgModel } from '../models/messages';
import type { Page } from '../page';
import { canStarMsg } from './setting-modules';

/** Of a message's own time: as long as WhatsApp lets it be edited, or deleted for everyone. */
const editWindowMs = 15 * 60_000;
const revokeWindowMs = 60 * 3_600_000;

const captioned = ['image', 'video', 'document'];

interface Picked {
  list: MsgModel[];
}

/** What the library calls to react to, edit and delete messages, and to know what it may. */
export function changeModules(page: Page, faults: PageFaults): Record<string, unknown> {
  const { session, mailbox, cmd } = page;
  const isYoungerThan = (message: MsgModel, windowMs: number) =>
    Date.now() - message.get('t') * 1_000 < windowMs;
  /** A message that never reached the server can't be changed for others. */
  const isOwnAndSent = (message: MsgModel) => message.id.fromMe && message.get('ack') >= 1;
  const canEdit = (message: MsgModel) =>
    isOwnAndSent(message) && isYoungerThan(message, faults.editWindowMs ?? editWindowMs);
  const canRevoke = (message: MsgModel) =>
    message.get('type') !== 'revoked' && isYoungerThan(message, faults.revokeWindowMs ?? revokeWindowMs);

  cmd.actedOnBy({
    sendRevokeMsgs: async (_chat: ChatModel, { list }: Picked) => {
      await Promise.all(list.map((message) => session.changes.make(message, { kind: 'revoke' })));
    },
    sendDeleteMsgs: async (chat: ChatModel, { list }: Picked) => {
      for (const message of list) mailbox.remove(chat, message);
    },
  });
  return {
    WAWebSendReactionMsgAction: {
      sendReactionToMsg: (message: MsgModel, text: string) =>
        session.changes.make(message, { kind: 'reaction', text }),
    },
    WAWebSendMessageEditAction: {
      sendMessageEdit: (message: MsgModel, body: string) =>
        session.changes.make(message, { kind: 'edit', body }),
    },
    WAWebMsgActionCapability: {
      canStarMsg,
      canEditText: (message: MsgModel) => message.get('type') === 'chat' && canEdit(message),
      canEditCaption: (message: MsgModel) => captioned.includes(message.get('type')) && canEdit(message),
      canSenderRevokeMsg: (message: MsgModel) => isOwnAndSent(message) && canRevoke(message),
      canAdminRevokeMsg: (message: MsgModel) =>
        !message.id.fromMe && mailbox.isAdmin(session.account, message.id.remote) && canRevoke(message),
    },
  };
}
