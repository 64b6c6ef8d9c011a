import type { WireAccount } from '../../protocol';
import type { ChatModel } from '../models/chats';
import { attributesOf, contentOf } from '../models/message-content';
import { type MsgAttributes, type MsgModel, keyOf } from '../models/messages';
import { MsgKey } from '../models/msg-key';
import { ownWid } from '../models/wid';

/** What another message says, as one of the account's own in a chat; media are not uploaded again. */
export async function forwarded(
  account: WireAccount,
  chat: ChatModel,
  message: MsgModel,
): Promise<MsgAttributes> {
  const me = ownWid(account, chat.id);
  return {
    id: keyOf({ chat: chat.id, id: await MsgKey.newId(), fromMe: true, author: me }),
    t: Math.floor(Date.now() / 1_000),
    from: me,
    to: chat.id,
    self: 'out',
    ack: 0,
    isNewMsg: true,
    star: false,
    hasReaction: false,
    mentionedJidList: [],
    groupMentions: [],
    isForwarded: true,
    forwardingScore: (message.get('forwardingScore') ?? 0) + 1,
    ...attributesOf(contentOf(message.attributes)),
  };
}
