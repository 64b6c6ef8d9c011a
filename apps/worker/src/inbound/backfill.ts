import type { Logger } from '@wafleet/runtime';
import type { PageMessage, WhatsappClient } from '../whatsapp/whatsapp-client';

export interface BackfillOptions {
  client: () => Pick<WhatsappClient, 'recentMessages'> | null;
  /** When the account was linked; null while that is not known yet. */
  linkedAt: () => number | null;
  now: () => number;
  onMessage: (message: PageMessage) => void;
  log: Logger;
}

const windowMs = 24 * 3_600_000;
const maxMessages = 1_000;

/**
 * Brings what came while no worker listened: what the page holds of the last day, but nothing from before the link.
 * Most of it is known already and recognised by its identity.
 */
export class Backfill {
  private running: Promise<void> | null = null;

  constructor(private readonly options: BackfillOptions) {}

  /** Resolves when it is done or could not be done. A call while one runs waits for that one. */
  run(): Promise<void> {
    this.running ??= this.read().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async read(): Promise<void> {
    const client = this.options.client();
    const linkedAt = this.options.linkedAt();
    if (!client || linkedAt === null) return;
    const since = Math.max(this.options.now() - windowMs, linkedAt);
    try {
      const messages = await client.recentMessages(since, maxMessages);
      for (const message of messages) this.options.onMessage(message);
      this.options.log.info({ messages: messages.length, since }, 'backfill read');
    } catch (err) {
      // The page went away under it; it runs again when the page is ready again.
      this.options.log.warn({ err }, 'backfill failed');
    }
  }
}
