import type { Ack, WireAccount, WireMessage } from '../../protocol';
import { Collection } from './collection';
import { Model, exposeAttributes } from './model';
import { MsgKey } from './msg-key';
import { type Wid, userWid } from './wid';

export interface MsgAttributes {
  id: MsgKey;
  type: string;
  body?: string;
  caption?: string;
  /** Seconds since 1970. */
  t: number;
  from: Wid;
  to: Wid;
  author?: Wid;
  self: 'in' | 'out';
  ack: Ack;
  isNewMsg?: boolean;
  notifyName?: string;
  star: boolean;
  isForwarded?: boolean;
  hasReaction: boolean;
  mentionedJidList: Wid[];
  groupMentions: unknown[];
  quotedMsg?: Record<string, unknown>;
  quotedStanzaID?: string;
  quotedParticipant?: Wid;
}

const attributeNames = [
  'type',
  'body',
  'caption',
  't',
  'from',
  'to',
  'author',
  'self',
  'ack',
  'isNewMsg',
  'notifyName',
  'star',
  'subtype',
  'quotedMsg',
  'quotedStanzaID',
  'quotedParticipant',
  'mediaObject',
  'isNotification',
] as const;

export class MsgModel extends Model<MsgAttributes> {
  readonly isEphemeral = false;
  readonly isStatusV3 = false;

  get id(): MsgKey {
    return this.attributes.id;
  }

  unsafe(): this {
    return this;
  }

  canReply(): boolean {
    return true;
  }

  /** What a reply carries of the message that it answers. */
  msgContextInfo(): Partial<MsgAttributes> {
    const { type, body } = this.attributes;
    return {
      quotedMsg: { type, body },
      quotedStanzaID: this.id.id,
      quotedParticipant: this.get('from'),
    };
  }
}
exposeAttributes(MsgModel, attributeNames);

export class MsgCollection extends Collection<MsgModel> {
  readonly modelClass = MsgModel;

  constructor() {
    super((msg) => msg.id.toString());
  }

  /** Of the given keys, those that the page has; the others are left out. @throws for what is not a key */
  async getMessagesById(ids: readonly string[]): Promise<{ messages: MsgModel[] }> {
    const keys = ids.map((id) => MsgKey.fromString(id));
    return { messages: keys.flatMap((key) => this.get(key) ?? []) };
  }

  async search(text: string): Promise<{ messages: MsgModel[] }> {
    return { messages: this.getModelsArray().filter((msg) => msg.get('body')?.includes(text)) };
  }
}

/** A message that came over the wire, as the page's account sees it. */
export function messageFromWire(wire: WireMessage, account: WireAccount, quoted?: MsgModel): MsgModel {
  const me = userWid(account.number);
  const other = userWid(wire.chat);
  const quote = quoted?.msgContextInfo() ?? (wire.quotedId ? { quotedStanzaID: wire.quotedId } : {});
  return new MsgModel({
    id: new MsgKey({ fromMe: wire.fromMe, remote: other, id: wire.id }),
    type: wire.type,
    body: wire.body,
    t: wire.t,
    from: wire.fromMe ? me : other,
    to: wire.fromMe ? other : me,
    self: wire.fromMe ? 'out' : 'in',
    ack: wire.ack,
    notifyName: wire.notifyName,
    star: false,
    isForwarded: false,
    hasReaction: false,
    mentionedJidList: [],
    groupMentions: [],
    ...quote,
  });
}
