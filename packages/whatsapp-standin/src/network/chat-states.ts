import type { ChatState } from '../protocol';

const kept = 10_000;

/** What somebody was doing in a chat. */
export interface ChatStateNote {
  from: string;
  /** The other one's number, or a group. */
  chat: string;
  state: ChatState;
  /** Milliseconds since 1970. */
  at: number;
}

/** Who typed or recorded where, as pages said it; the newest ones, and none of before a restart. */
export class ChatStates {
  private notes: ChatStateNote[] = [];

  add(note: ChatStateNote): void {
    this.notes.push(note);
    if (this.notes.length > 2 * kept) this.notes = this.notes.slice(-kept);
  }

  all(): ChatStateNote[] {
    return this.notes.slice(-kept);
  }
}
