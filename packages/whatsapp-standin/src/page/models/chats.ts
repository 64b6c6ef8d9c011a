import { Collection } from './collection';
import type { GroupMetadataModel } from './groups';
import { MsgCollection } from './messages';
import { Model, exposeAttributes } from './model';
import type { MsgKey } from './msg-key';
import { type Wid, createWid } from './wid';

export interface ChatAttributes {
  id: Wid;
  name: string;
  formattedTitle: string;
  /** Seconds since 1970 of the newest message; 0 without one. */
  t: number;
  unreadCount: number;
  archive: boolean;
  isReadOnly: boolean;
  isLocked: boolean;
  pin: number;
  mute: { expiration: number };
  lastReceivedKey?: MsgKey;
  groupMetadata?: GroupMetadataModel;
}

export class ChatModel extends Model<ChatAttributes> {
  readonly msgs = new MsgCollection();

  get id(): Wid {
    return this.attributes.id;
  }

  override serialize(): Record<string, unknown> {
    return { ...super.serialize(), msgs: this.msgs.getModelsArray() };
  }

  override toJSON(): Record<string, unknown> {
    return super.serialize();
  }
}
exposeAttributes(ChatModel, [
  'name',
  'formattedTitle',
  't',
  'unreadCount',
  'archive',
  'isReadOnly',
  'isLocked',
  'pin',
  'mute',
  'lastReceivedKey',
  'groupMetadata',
  'newsletterMetadata',
]);

export class ChatCollection extends Collection<ChatModel> {
  constructor() {
    super((chat) => chat.id.toString());
  }

  /** @throws where there is no such chat */
  async find(wid: unknown): Promise<ChatModel> {
    const chat = this.get(createWid(wid));
    if (!chat) throw new Error('chat not found');
    return chat;
  }
}

export function newChat(id: Wid, title: string): ChatModel {
  return new ChatModel({
    id,
    name: title,
    formattedTitle: title,
    t: 0,
    unreadCount: 0,
    archive: false,
    isReadOnly: false,
    isLocked: false,
    pin: 0,
    mute: { expiration: 0 },
  });
}
