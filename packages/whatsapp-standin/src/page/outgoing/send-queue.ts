import type { Call } from '../../protocol';
import type { ProfileStore } from '../connection/profile-store';
import { NoAnswer, type ServerLink, ServerRefusal } from '../connection/server-link';

/** Something that the server has yet to take. */
export interface Unsent {
  /** @param isRepeat it went out before, on a connection that brought no answer */
  call(counter: number, isRepeat: boolean): Call;
  taken(): void;
  refused(reason: ServerRefusal): void;
}

interface Parts {
  profile: ProfileStore;
  link: ServerLink;
}

/**
 * What the account does in this page, in order: each goes out when there is a connection, and waits for the next one
 * where there is none. One that the server never answers stays here, and goes out again with the next connection.
 */
export class SendQueue {
  /** By the connection on which it was sent last: it is not repeated on one and the same. */
  private readonly unsent = new Map<Unsent, number>();
  private readonly repeated = new WeakSet<Unsent>();
  private isConnected = false;
  /** How many connections there were so far. */
  private connection = 0;

  constructor(private readonly parts: Parts) {}

  add(unsent: Unsent): void {
    this.unsent.set(unsent, 0);
    void this.send(unsent);
  }

  connected(): void {
    this.isConnected = true;
    this.connection += 1;
    for (const unsent of this.unsent.keys()) void this.send(unsent);
  }

  disconnected(): void {
    this.isConnected = false;
  }

  private async send(unsent: Unsent): Promise<void> {
    const { connection } = this;
    if (!this.isConnected || this.unsent.get(unsent) === connection) return;
    this.unsent.set(unsent, connection);
    const counter = await this.parts.profile.nextCounter();
    if (!this.isConnected || this.connection !== connection) return;
    const isRepeat = this.repeated.has(unsent);
    this.repeated.add(unsent);
    try {
      await this.parts.link.call(unsent.call(counter, isRepeat));
      unsent.taken();
    } catch (error) {
      if (error instanceof NoAnswer) return;
      if (!(error instanceof ServerRefusal)) throw error;
      unsent.refused(error);
    }
    this.unsent.delete(unsent);
  }
}
