import type { WireAccount, WireChange } from '../protocol';
import { type MsgAttributes, type MsgModel, keyOf } from './models/messages';
import type { MsgKey } from './models/msg-key';
import { PollVoteTable } from './models/poll-votes';
import { type ReactionRow, ReactionTable } from './models/reactions';
import { createWid, ownWid } from './models/wid';

/**
 * What becomes of messages: edits, revokes, reactions, votes. The page's own code calls `bulkUpsert` of the two tables
 * as WhatsApp's does, so that whoever replaces it there is told.
 */
export class Changes {
  readonly reactions = new ReactionTable();
  readonly votes = new PollVoteTable();
  readonly reactionTableMode = { bulkUpsert: async (rows: ReactionRow[]) => this.reactions.upsert(rows) };
  readonly pollVoteTableMode = {
    bulkUpsert: async (rows: Parameters<PollVoteTable['upsert']>[0]) => this.votes.upsert(rows),
  };
  /** The ids of the changes that were made. The server tells of one again with its message. */
  private readonly known = new Set<string>();
  /** Edits and revokes of messages that the page does not have yet, by the message's own id. */
  private readonly early = new Map<string, WireChange[]>();

  /** @param find the message that a change is about, where the page has it */
  constructor(private readonly find: (change: WireChange) => MsgModel | undefined) {}

  /** @returns how to take it back: as if it had never been */
  apply(account: WireAccount, change: WireChange): () => void {
    if (this.known.has(change.id)) return asItIs;
    this.known.add(change.id);
    const message = this.find(change);
    switch (change.change.kind) {
      case 'reaction':
        return this.react(account, change, message, change.change.text);
      case 'vote':
        this.vote(account, change, change.change.options);
        return asItIs;
      case 'edit':
      case 'revoke':
        if (message) return this.alter(account, change, message);
        this.early.set(change.target.id, [...(this.early.get(change.target.id) ?? []), change]);
        return asItIs;
    }
  }

  /** A message has come: what came before it is made good. */
  applyEarly(account: WireAccount, message: MsgModel): void {
    message.set({ hasReaction: this.reactions.has(message.id) });
    for (const change of this.early.get(message.id.id) ?? []) {
      if (this.find(change) === message) this.alter(account, change, message);
    }
  }

  private alter(account: WireAccount, change: WireChange, message: MsgModel): () => void {
    const altered = alteredBy(account, change, message);
    const before = Object.fromEntries(Object.keys(altered).map((name) => [name, message.get(name)]));
    message.set(altered);
    return () => message.set(before);
  }

  private react(
    account: WireAccount,
    change: WireChange,
    message: MsgModel | undefined,
    reactionText: string,
  ): () => void {
    const parent = message?.id ?? keyOfTarget(account, change);
    const author = authorOf(account, change);
    const row: ReactionRow = {
      id: keyOfChange(account, change),
      reactionParentKey: parent,
      reactionText,
      reactionTimestamp: change.at,
      from: author,
      author,
      read: false,
      orphan: message ? 0 : 1,
      ack: 1,
    };
    const before = this.reactions.of(parent, author) ?? { ...row, reactionText: '' };
    const show = (one: ReactionRow) => {
      void this.reactionTableMode.bulkUpsert([one]);
      message?.set({ hasReaction: this.reactions.has(parent) });
    };
    show(row);
    return () => show(before);
  }

  private vote(account: WireAccount, change: WireChange, selectedOptionLocalIds: number[]): void {
    const author = authorOf(account, change);
    void this.pollVoteTableMode.bulkUpsert([
      {
        id: keyOfChange(account, change),
        pollUpdateParentKey: this.find(change)?.id ?? keyOfTarget(account, change),
        selectedOptionLocalIds,
        t: change.at,
        senderTimestampMs: change.at,
        from: author,
        author,
      },
    ]);
  }
}

const asItIs = () => undefined;

/** What an edit or a revoke changes in a message: nothing where the message says something newer by now. */
function alteredBy(account: WireAccount, change: WireChange, message: MsgModel): Partial<MsgAttributes> {
  if (message.get('type') === 'revoked') return {};
  if (change.change.kind !== 'edit') {
    return {
      protocolMessageKey: message.id,
      subtype: change.sender.id === change.target.sender ? 'sender' : 'admin',
      body: undefined,
      caption: undefined,
      directPath: undefined,
      type: 'revoked',
    };
  }
  const latest = (message.get('latestEditSenderTimestampMs') as number | undefined) ?? 0;
  if (change.at < latest) return {};
  return {
    latestEditMsgKey: keyOfChange(account, change),
    latestEditSenderTimestampMs: change.at,
    [message.get('directPath') === undefined ? 'body' : 'caption']: change.change.body,
  };
}

function authorOf(account: WireAccount, { fromMe, sender, chat }: WireChange) {
  return fromMe ? ownWid(account, createWid(chat)) : createWid(sender.id);
}

function keyOfChange(account: WireAccount, change: WireChange): MsgKey {
  const { id, fromMe } = change;
  return keyOf({ chat: createWid(change.chat), id, fromMe, author: authorOf(account, change) });
}

function keyOfTarget(account: WireAccount, { chat, target }: WireChange): MsgKey {
  const wid = createWid(chat);
  const author = target.fromMe ? ownWid(account, wid) : createWid(target.sender);
  return keyOf({ chat: wid, id: target.id, fromMe: target.fromMe, author });
}
