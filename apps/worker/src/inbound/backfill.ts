import type { Logger } from '@wafleet/runtime';
import type { PageMessage, WhatsappClient } from '../whatsapp/whatsapp-client';

export interface BackfillOptions {
  client: () => Pick<WhatsappClient, 'recentMessages'> | null;
  /** When the account was linked; null while that is not known yet. */
  linkedAt: () => number | null;
  /** Until when the workers before this one listened; null where that is not known. */
  listenedUntil: () => number | null;
  now: () => number;
  onMessage: (message: PageMessage) => void;
  log: Logger;
}

const overlapMs = 24 * 3_600_000;
const batchSize = 1_000;
/** Without a sign of catching up for this long, a page has settled. */
const settleMs = 10_000;
/** What WhatsApp hands over late has come by then. */
const lateMs = 5 * 60_000;

/**
 * Brings what came while no worker listened: what the page holds since then and of a day before, but nothing from
 * before the link. Most of it is known already and recognised by its identity.
 */
export class Backfill {
  private running: Promise<void> | null = null;
  /** When the last complete read of this worker began. */
  private readAt: number | null = null;
  private settleTimer: NodeJS.Timeout | null = null;
  private lateTimer: NodeJS.Timeout | null = null;

  constructor(private readonly options: BackfillOptions) {}

  /** The page became ready: reads it now, and again when it has caught up. */
  onReady(): void {
    void this.run();
    this.onSyncing();
    if (this.lateTimer) clearTimeout(this.lateTimer);
    this.lateTimer = setTimeout(() => void this.run(), lateMs);
  }

  /** The page is catching up: reads it once it has not said so for a while. */
  onSyncing(): void {
    if (this.settleTimer) clearTimeout(this.settleTimer);
    this.settleTimer = setTimeout(() => void this.run(), settleMs);
  }

  /** Resolves when it is done or could not be done. A call while one runs waits for that one. */
  run(): Promise<void> {
    this.running ??= this.read().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  stop(): void {
    if (this.settleTimer) clearTimeout(this.settleTimer);
    if (this.lateTimer) clearTimeout(this.lateTimer);
  }

  private async read(): Promise<void> {
    const { client, linkedAt, listenedUntil, now, log } = this.options;
    const page = client();
    const linked = linkedAt();
    if (!page || linked === null) return;
    const begun = now();
    const heardUntil = Math.min(this.readAt ?? listenedUntil() ?? begun, begun);
    const since = Math.max(heardUntil - overlapMs, linked);
    try {
      const messages = await this.readSince(page, since);
      this.readAt = begun;
      log.info({ messages, since }, 'backfill read');
    } catch (err) {
      // The page went away under it; it runs again when the page is ready again.
      log.warn({ err }, 'backfill failed');
    }
  }

  /** In batches, the oldest first, so that no number of messages leaves one out. */
  private async readSince(page: Pick<WhatsappClient, 'recentMessages'>, start: number): Promise<number> {
    let count = 0;
    for (let since = start; ;) {
      const messages = await page.recentMessages(since, batchSize);
      for (const message of messages) this.options.onMessage(message);
      count += messages.length;
      if (messages.length < batchSize) return count;
      // The next batch begins within the second in which this one ended; what comes twice is recognised.
      const endedAt = Number(messages.at(-1)?.['t']) * 1_000;
      since = Math.max(endedAt || 0, since + 1_000);
    }
  }
}
