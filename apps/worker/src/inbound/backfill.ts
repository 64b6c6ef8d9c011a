import type { BackfillReading, Command, LinkEvent } from '@wafleet/contracts';
import type { Logger } from '@wafleet/runtime';
import type { PageMessage, WhatsappChats } from '../whatsapp/whatsapp-chats';

export type BackfillOrder = Omit<Extract<Command, { kind: 'messages.backfill' }>, 'kind'>;
type HistoryPage = Pick<WhatsappChats, 'activeChats' | 'chatHistory'>;

export interface BackfillOptions {
  /** The page while it is connected. */
  client: () => HistoryPage | null;
  /** Resolves when the message is on its way, or with false when it could not be kept. */
  onMessage: (message: PageMessage, outageId: string) => Promise<boolean>;
  /** The id that messages of this chat carry. */
  canonicalChat: (chatId: string) => Promise<string>;
  /** False when it could not be kept. */
  emit: (event: LinkEvent) => boolean;
  /** Resolves when few events wait to be committed, so that a backfill neither fills the memory nor keeps news back. */
  whenRoom: () => Promise<void>;
  /** Without a sign of catching up for this long, the page has caught up. */
  settleMs: number;
  /** From the order until what WhatsApp hands over late has come. */
  lateMs: number;
  log: Logger;
}

const batchSize = 200;
const retryMs = 5_000;
const maxTries = 5;

/**
 * Reads what came while nobody listened, as the control plane orders after an outage: chat by chat, at once, when the
 * page has caught up, and once more for what comes late. What is known already is recognised by its identity.
 */
export class Backfill {
  private under: { order: BackfillOrder; stopping: AbortController } | null = null;
  private lastSyncSign = 0;

  constructor(private readonly options: BackfillOptions) {}

  /** Begins it; an order before it is dropped. False while there is no connected page. */
  begin(order: BackfillOrder): boolean {
    if (this.options.client() === null) return false;
    this.stop();
    const stopping = new AbortController();
    this.under = { order, stopping };
    this.carryOut(order, stopping.signal).catch((err: unknown) => {
      if (!stopping.signal.aborted) this.options.log.error({ err }, 'backfill ended unexpectedly');
    });
    return true;
  }

  /** The page is catching up. */
  onSyncing(): void {
    this.lastSyncSign = performance.now();
  }

  stop(): void {
    this.under?.stopping.abort();
    this.under = null;
  }

  private async carryOut(order: BackfillOrder, signal: AbortSignal): Promise<void> {
    const page = this.options.client();
    const begun = performance.now();
    await this.read(order, null, page, signal);
    for (;;) {
      const quietMs = performance.now() - Math.max(begun, this.lastSyncSign);
      if (quietMs >= this.options.settleMs) break;
      await pause(this.options.settleMs - quietMs, signal);
    }
    await this.readStubbornly(order, 'settled', page, signal);
    const lateInMs = begun + this.options.lateMs - performance.now();
    if (lateInMs > 0) await pause(lateInMs, signal);
    await this.readStubbornly(order, 'late', page, signal);
  }

  /** Until every chat was read, a few times. A page that is gone gets another order when it is back. */
  private async readStubbornly(
    order: BackfillOrder,
    reading: BackfillReading,
    page: HistoryPage | null,
    signal: AbortSignal,
  ): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const outcome = await this.read(order, reading, page, signal);
      if (outcome.failed === 0 || tries === maxTries) {
        await this.options.whenRoom();
        signal.throwIfAborted();
        if (this.options.client() !== page) return;
        this.options.emit({ kind: 'backfill.read', outageId: order.outageId, reading, ...outcome });
        return;
      }
      await pause(retryMs, signal);
    }
  }

  /**
   * How many chats there were to read, and how many of them could not be read to their end.
   * @param reading null for the first, which proves nothing
   */
  private async read(
    order: BackfillOrder,
    reading: BackfillReading | null,
    page: HistoryPage | null,
    signal: AbortSignal,
  ): Promise<{ chats: number; failed: number }> {
    const { client, log } = this.options;
    const sinceOf = new Map(order.chats.map(({ chatId, since }) => [chatId, since]));
    let chats: string[];
    try {
      if (page === null || client() !== page) throw new Error('the page is gone');
      chats = await page.activeChats(order.since);
    } catch (err) {
      log.warn({ err, reading }, 'backfill not begun');
      return { chats: 0, failed: 1 };
    }
    let failed = 0;
    let messages = 0;
    for (const pageChatId of chats) {
      signal.throwIfAborted();
      try {
        if (client() !== page) throw new Error('the page is gone');
        const chatId = await this.options.canonicalChat(pageChatId);
        const since = sinceOf.get(chatId) ?? order.since;
        messages += await this.readChat(order.outageId, reading, page, { pageChatId, chatId, since }, signal);
      } catch (err) {
        signal.throwIfAborted();
        failed += 1;
        if (failed === 1) log.warn({ err, reading }, 'chat not read to its end');
      }
    }
    log.info({ reading, chats: chats.length, messages, failed }, 'backfill read');
    return { chats: chats.length, failed };
  }

  /** How many messages were read. @throws where not everything of the chat could be told */
  private async readChat(
    outageId: string,
    reading: BackfillReading | null,
    page: HistoryPage,
    { pageChatId, chatId, since }: { pageChatId: string; chatId: string; since: number },
    signal: AbortSignal,
  ): Promise<number> {
    let offset = 0;
    let oldestAt: number | null = null;
    let isWhole = false;
    for (;;) {
      await this.options.whenRoom();
      signal.throwIfAborted();
      const part = await page.chatHistory(pageChatId, { sinceMs: since, offset, limit: batchSize });
      if (part.reach === 'loading') continue;
      const kept = await Promise.all(
        part.messages.map((message) => this.options.onMessage(message, outageId)),
      );
      if (kept.includes(false)) throw new Error('a message could not be kept');
      if (offset === 0) {
        oldestAt = timeOf(part.messages[0]);
        isWhole = part.reach === 'whole';
      }
      offset += part.messages.length;
      if (part.hasMore && part.messages.length > 0) continue;
      const event = { kind: 'backfill.chat' as const, outageId, chatId, oldestAt, isWhole };
      if (reading !== null && !this.options.emit(event)) throw new Error('the end could not be kept');
      return offset;
    }
  }
}

/** @throws what the signal was given, when it is raised before the time is over */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const give = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', give);
      resolve();
    }, ms);
    signal.addEventListener('abort', give, { once: true });
  });
}

/** Unix milliseconds. */
function timeOf(message: PageMessage | undefined): number | null {
  const seconds = Number(message?.['t']);
  return Number.isInteger(seconds) && seconds >= 0 ? seconds * 1_000 : null;
}
