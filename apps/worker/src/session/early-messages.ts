import type { ClientEvent } from '../whatsapp/whatsapp-client';

type MessageEvent = Extract<ClientEvent, { kind: 'message' | 'ack' | 'update' }>;

/** The library listens a moment before the account is known; a burst in that moment is left to the backfill. */
const maxHeld = 1_000;

/** Holds what a page tells of messages until it is told whose page it is. */
export class EarlyMessages {
  private held: MessageEvent[] = [];
  private isOpen = false;

  constructor(private readonly onMessage: (event: MessageEvent) => void) {}

  pass(event: MessageEvent): void {
    if (this.isOpen) this.onMessage(event);
    else if (this.held.length < maxHeld) this.held.push(event);
  }

  /** The account was told: what was held comes first, in its order. */
  open(): void {
    this.isOpen = true;
    const held = this.held;
    this.held = [];
    for (const event of held) this.onMessage(event);
  }

  /** Another page begins. */
  close(): void {
    this.isOpen = false;
    this.held = [];
  }
}
