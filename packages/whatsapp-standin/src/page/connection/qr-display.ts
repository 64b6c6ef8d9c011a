import type { ConnModel } from '../models/connection-models';

/** Shows the references that the server gave, one after the other. */
export class QrDisplay {
  private timer: number | undefined;

  constructor(private readonly conn: ConnModel) {}

  /** @param usedUp called when the last one has been shown for its time */
  show(refs: readonly string[], ttlMs: number, usedUp: () => void): void {
    clearTimeout(this.timer);
    const [ref, ...later] = refs;
    if (ref === undefined) {
      usedUp();
      return;
    }
    this.conn.set({ ref });
    this.timer = setTimeout(() => this.show(later, ttlMs, usedUp), ttlMs);
  }

  /** The last reference stays where it is, as WhatsApp's does. */
  stop(): void {
    clearTimeout(this.timer);
  }

  /** Listeners are told that there is no reference any more; the library makes a QR of that too. */
  clear(): void {
    this.stop();
    this.conn.set({ ref: undefined });
  }
}
