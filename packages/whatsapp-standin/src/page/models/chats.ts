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
  mute: Mute;
  lastReceivedKey?: MsgKey;
  groupMetadata?: GroupMetadataModel;
}

/** How long a chat is mute: seconds since 1970, −1 for ever, 0 not. */
export class Mute {
  constructor(
    public expiration: number,
    private readonly tell: (expiration: number) => Promise<void>,
  ) {}

  async mute({ expiration }: { expiration: number }): Promise<void> {
    await this.tell(expiration);
    this.expiration = expiration;
  }

  async unmute(): Promise<void> {
    await this.mute({ expiration: 0 });
  }

  toJSON(): { expiration: number } {
    return { expiration: this.expiration };
  }
}

export class ChatModel extends Model<ChatAttributes> {
  readonly msgs = new MsgCollection();

  constructor(
    attributes: ChatAttributes,
    private readonly isOwnAdmin: () => boolean,
  ) {
    super(attributes);
  }

  iAmAdmin(): boolean {
    return this.isOwnAdmin();
  }

  get id(): Wid {
    return this.attributes.id;
  }

  override serialize(): Record<string, unknown> {
    return { ...super.serialize(), mute: this.get('mute').toJSON(), msgs: this.msgs.getModelsArray() };
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.serialize(), mute: this.get('mute').toJSON() };
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

/** @param actions what the account does with it */
export function newChat(
  id: Wid,
  title: string,
  actions: { setMute: (expiration: number) => Promise<void>; isOwnAdmin: () => boolean },
): ChatModel {
  const attributes: ChatAttributes = {
    id,
    name: title,
    formattedTitle: title,
    t: 0,
    unreadCount: 0,
    archive: false,
    isReadOnly: false,
    isLocked: false,
    pin: 0,
    mute: new Mute(0, actions.setMute),
  };
  return new ChatModel(attributes, actions.isOwnAdmin);
}
