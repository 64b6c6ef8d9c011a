import type { MsgKey } from './msg-key';
import type { Wid } from './wid';

/** A vote as WhatsApp's own table holds it. One of each person counts, the last; without options it is taken back. */
export interface VoteRow {
  /** The key of the message that carried it. */
  id: MsgKey;
  pollUpdateParentKey: MsgKey;
  selectedOptionLocalIds: number[];
  /** Milliseconds since 1970. */
  t: number;
  senderTimestampMs: number;
  from: Wid;
  author: Wid;
}

export class PollVoteTable {
  private readonly byPoll = new Map<string, Map<string, VoteRow>>();

  upsert(rows: readonly VoteRow[]): void {
    for (const row of rows) {
      const key = row.pollUpdateParentKey.toString();
      const ofPoll = this.byPoll.get(key) ?? new Map<string, VoteRow>();
      this.byPoll.set(key, ofPoll);
      ofPoll.set(row.author.toString(), row);
    }
  }

  /** As the table of WAWebPollsVotesSchema. */
  async equals(
    [index]: readonly string[],
    key: string,
  ): Promise<(VoteRow & { parentMsgKey: string; sender: string })[]> {
    if (index !== 'parentMsgKey') throw new Error(`no index ${index}`);
    const rows = [...(this.byPoll.get(key)?.values() ?? [])];
    return rows.map((row) => ({ ...row, parentMsgKey: key, sender: row.author.toString() }));
  }
}
