import type { Ack, WireAccount, WireMessage } from '../../protocol';
import { askForMedia } from '../media/media-requests';
import { Collection } from './collection';
import { attributesOf } from './message-content';
import { Model, exposeAttributes } from './model';
import { MsgKey } from './msg-key';
import { type Wid, createWid, ownWid } from './wid';

export interface MsgAttributes extends Record<string, unknown> {
  id: MsgKey;
  type: string;
  body?: string | undefined;
  caption?: string | undefined;
  /** Seconds since 1970. */
  t: number;
  from: Wid;
  to: Wid;
  author?: Wid | undefined;
  self: 'in' | 'out';
  ack: Ack;
  isNewMsg?: boolean;
  notifyName?: string;
  star: boolean;
  isForwarded?: boolean;
  forwardingScore?: number;
  hasReaction: boolean;
  mentionedJidList: Wid[];
  groupMentions: unknown[];
  quotedMsg?: Record<string, unknown>;
  quotedStanzaID?: string;
  quotedParticipant?: Wid;
  /** Where the bytes of its media are, in the page's origin. */
  directPath?: string;
}

const attributeNames = [
  ...['type', 'kind', 'subtype', 'body', 'caption', 't', 'from', 'to', 'author', 'self', 'ack'],
  ...['isNewMsg', 'isNotification', 'notifyName', 'star', 'isForwarded', 'forwardingScore', 'hasReaction'],
  ...['mentionedJidList', 'groupMentions', 'quotedMsg', 'quotedStanzaID', 'quotedParticipant'],
  ...['directPath', 'mimetype', 'size', 'filehash', 'encFilehash', 'mediaKey', 'mediaKeyTimestamp'],
  ...['filename', 'duration', 'isGif', 'lat', 'lng', 'loc', 'clientUrl', 'vcardFormattedName', 'vcardList'],
  ...[
    'pollName',
    'pollOptions',
    'pollSelectableOptionsCount',
    'recipients',
    'preview',
    'title',
    'matchedText',
  ],
  ...['latestEditMsgKey', 'latestEditSenderTimestampMs', 'protocolMessageKey'],
];

export class MsgModel extends Model<MsgAttributes> {
  readonly isEphemeral = false;
  readonly isStatusV3 = false;
  /** How far the page is with the message's media, of which it holds none by itself. */
  readonly mediaData = { mediaStage: 'NEED_POKE' };

  get id(): MsgKey {
    return this.attributes.id;
  }

  /** Only what has media has words of another name than `body`. */
  get mediaObject(): object | undefined {
    return this.attributes.directPath === undefined ? undefined : {};
  }

  /** Asks whether the bytes are there. What it finds is the message's `mediaStage`. */
  async downloadMedia(_options: unknown): Promise<void> {
    this.mediaData.mediaStage = 'FETCHING';
    const found = await askForMedia(String(this.attributes.directPath), 'HEAD').catch(() => undefined);
    this.mediaData.mediaStage = found?.ok
      ? 'RESOLVED'
      : found?.status === 404
        ? 'ERROR_MISSING'
        : 'ERROR_UNKNOWN';
  }

  unsafe(): this {
    return this;
  }

  canReply(): boolean {
    return true;
  }

  /** What a reply carries of the message that it answers. */
  msgContextInfo(): Partial<MsgAttributes> {
    const { type, body, caption } = this.attributes;
    return {
      quotedMsg: { type, body, caption },
      quotedStanzaID: this.id.id,
      quotedParticipant: this.get('author') ?? this.get('from'),
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

/** A message that is written here. Of all that a caller hands over, it keeps what messages have. */
export function ownMessage(given: MsgAttributes): MsgModel {
  const names = new Set(['id', ...attributeNames]);
  const kept = Object.entries(given).filter(([name]) => names.has(name));
  return new MsgModel(Object.fromEntries(kept) as MsgAttributes);
}

/** A message that came over the wire, as the page's account sees it. */
export function messageFromWire(wire: WireMessage, account: WireAccount, quoted?: MsgModel): MsgModel {
  const chat = createWid(wire.chat);
  const me = ownWid(account, chat);
  const author = wire.fromMe ? me : createWid(wire.sender.id);
  const quote = quoted?.msgContextInfo() ?? (wire.quotedId ? { quotedStanzaID: wire.quotedId } : {});
  return new MsgModel({
    id: keyOf({ chat, id: wire.id, fromMe: wire.fromMe, author }),
    t: wire.t,
    from: wire.fromMe ? me : chat,
    to: wire.fromMe ? chat : me,
    author: chat.isGroup() ? author : undefined,
    self: wire.fromMe ? 'out' : 'in',
    ack: wire.ack,
    notifyName: wire.sender.name,
    star: wire.star,
    isForwarded: wire.forwardingScore > 0,
    forwardingScore: wire.forwardingScore,
    hasReaction: false,
    mentionedJidList: wire.mentions.map((id) => createWid(id)),
    groupMentions: [],
    ...quote,
    ...attributesOf(wire.content),
  });
}

/** In a group the key names its author too. */
export function keyOf(parts: { chat: Wid; id: string; fromMe: boolean; author: Wid }): MsgKey {
  const { chat, id, fromMe, author } = parts;
  return new MsgKey({ fromMe, remote: chat, id, participant: chat.isGroup() ? author : undefined });
}
