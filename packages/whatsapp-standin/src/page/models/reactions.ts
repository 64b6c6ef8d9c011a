import type { MsgKey } from './msg-key';
import type { Wid } from './wid';

/** A reaction as WhatsApp's own table holds it. An empty text takes the sender's one back. */
export interface ReactionRow {
  /** The key of the message that carried it. */
  id: MsgKey;
  reactionParentKey: MsgKey;
  reactionText: string;
  /** Milliseconds since 1970. */
  reactionTimestamp: number;
  from: Wid;
  author: Wid;
  read: boolean;
  orphan: number;
  ack: number;
}

interface Sender {
  msgKey: MsgKey;
  parentMsgKey: MsgKey;
  senderUserJid: string;
  reactionText: string;
  timestamp: number;
  read: boolean;
  orphan: number;
  ack: number;
}

/** The reactions to messages: one of each person, the last that they gave. */
export class ReactionTable {
  private readonly byMessage = new Map<string, Map<string, ReactionRow>>();

  upsert(rows: readonly ReactionRow[]): void {
    for (const row of rows) {
      const key = row.reactionParentKey.toString();
      const ofMessage = this.byMessage.get(key) ?? new Map<string, ReactionRow>();
      this.byMessage.set(key, ofMessage);
      if (row.reactionText === '') ofMessage.delete(row.author.toString());
      else ofMessage.set(row.author.toString(), row);
    }
  }

  of(key: MsgKey, author: Wid): ReactionRow | undefined {
    return this.byMessage.get(key.toString())?.get(author.toString());
  }

  has(key: MsgKey): boolean {
    return (this.byMessage.get(key.toString())?.size ?? 0) > 0;
  }

  /** As WAWebCollections.Reactions: grouped by emoji. */
  async find(key: string): Promise<{ reactions: { length: number; serialize(): unknown[] } } | undefined> {
    const rows = [...(this.byMessage.get(key)?.values() ?? [])];
    if (rows.length === 0) return undefined;
    const emojis = [...new Set(rows.map((row) => row.reactionText))];
    const serialize = () =>
      emojis.map((aggregateEmoji) => {
        const senders = rows.filter((row) => row.reactionText === aggregateEmoji).map(senderOf);
        const hasReactionByMe = senders.some(({ msgKey }) => msgKey.fromMe);
        return { id: aggregateEmoji, aggregateEmoji, hasReactionByMe, senders };
      });
    return { reactions: { length: emojis.length, serialize } };
  }
}

function senderOf(row: ReactionRow): Sender {
  return {
    msgKey: row.id,
    parentMsgKey: row.reactionParentKey,
    senderUserJid: row.author.toString(),
    reactionText: row.reactionText,
    timestamp: row.reactionTimestamp,
    read: row.read,
    orphan: row.orphan,
    ack: row.ack,
  };
}
