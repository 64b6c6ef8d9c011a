import { DeadlineError, withDeadline } from '@wafleet/runtime';
import type { PageStatus } from './page/page-functions';
import type { Probe } from './whatsapp-client';

export interface LivenessOptions {
  intervalMs: number;
  timeoutMs: number;
  now: () => number;
  /**
   * A document has loaded that can be asked. While one waits for its server, the browser holds back every call into the
   * page; then its own silence is a matter of the phase's deadline, and only the browser is asked.
   */
  isPageThere: () => boolean;
  /**
   * The page has worked for long. Then nothing that it may do keeps it busy for as long as a probe waits, and what did
   * not answer is asked once more, briefly; a page that is still catching up is given more time.
   */
  isSettled: () => boolean;
  /** A round trip through the page. */
  readStatus: () => Promise<PageStatus>;
  /** A round trip to the browser's main process alone. */
  askBrowser: () => Promise<unknown>;
  onAnswer: (probe: Probe, status: PageStatus) => void;
  onMiss: (probe: Probe) => void;
  /** The last rung: nothing but ending the browser helps. */
  onDead: (detail: string) => void;
}

const missesUntilDead = 3;
const askedAgainMs = 1_000;
/** A probe that ends this much later than its deadline tells of a starved worker, not of a dead page. */
const starvedMs = 1_500;
/** It decides nothing any more but the words. */
const askBrowserMs = 500;

/**
 * Proves, again and again, that the page still answers. A crash is told by the browser's own events at once; this
 * finds what no event tells: a hung renderer, a stopped process, an endless loop.
 */
export class Liveness {
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;
  private missed = 0;
  /** The last probe met silence, not a refusal. */
  private isSilent = false;
  private probing: Promise<void> = Promise.resolve();

  constructor(private readonly options: LivenessOptions) {}

  /** Probes at once, then at intervals. */
  start(): void {
    this.probing = this.probe();
  }

  /** Resolves when no probe is under way; its answer is dropped. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.probing;
  }

  private async probe(): Promise<void> {
    const { now, intervalMs, isSettled } = this.options;
    const isLast = this.isSilent && isSettled();
    const timeoutMs = isLast ? Math.min(askedAgainMs, this.options.timeoutMs) : this.options.timeoutMs;
    const startedAt = now();
    const { answer, hasTimedOut } = await this.ask(timeoutMs);
    if (this.stopped) return;
    const latencyMs = now() - startedAt;
    this.isSilent = false;
    if (answer) {
      this.missed = 0;
      if (answer !== 'browser') this.options.onAnswer({ ok: true, at: now(), latencyMs, missed: 0 }, answer);
    } else if (latencyMs < timeoutMs + starvedMs) {
      this.missed += 1;
      this.options.onMiss({ ok: false, at: now(), latencyMs, missed: this.missed });
      this.isSilent = hasTimedOut;
      if (this.missed >= missesUntilDead || (isLast && hasTimedOut))
        return this.declareDead(`the page ${hasTimedOut ? 'does not answer' : 'can not be asked'}`);
    }
    this.timer = setTimeout(
      () => {
        this.probing = this.probe();
      },
      // Silence was waiting enough; it is asked again at once.
      hasTimedOut ? 0 : Math.max(0, intervalMs - latencyMs),
    );
  }

  private async ask(
    timeoutMs: number,
  ): Promise<{ answer: PageStatus | 'browser' | null; hasTimedOut: boolean }> {
    const { isPageThere, readStatus, askBrowser } = this.options;
    const asked: Promise<PageStatus | 'browser'> = isPageThere()
      ? readStatus()
      : askBrowser().then(() => 'browser' as const);
    try {
      return { answer: await withDeadline(asked, timeoutMs, 'probe'), hasTimedOut: false };
    } catch (error) {
      return { answer: null, hasTimedOut: error instanceof DeadlineError };
    }
  }

  private async declareDead(problem: string): Promise<void> {
    const browserAnswers = await withDeadline(this.options.askBrowser(), askBrowserMs, 'browser').then(
      () => true,
      () => false,
    );
    if (this.stopped) return;
    this.options.onDead(browserAnswers ? `${problem}, the browser does` : 'neither page nor browser answers');
  }
}
