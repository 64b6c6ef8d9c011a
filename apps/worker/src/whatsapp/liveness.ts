import { DeadlineError, withDeadline } from '@wafleet/runtime';
import type { PageStatus } from './page-functions';
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
/** A probe that ends this much later than its deadline tells of a starved worker, not of a dead page. */
const starvedMs = 1_500;
const askBrowserMs = 2_000;

/**
 * Proves, again and again, that the page still answers. A crash is told by the browser's own events at once; this
 * finds what no event tells: a hung renderer, a stopped process, an endless loop.
 */
export class Liveness {
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;
  private missed = 0;
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
    const { now, timeoutMs, intervalMs } = this.options;
    const startedAt = now();
    const { answer, hasTimedOut } = await this.ask();
    if (this.stopped) return;
    const latencyMs = now() - startedAt;
    if (answer) {
      this.missed = 0;
      if (answer !== 'browser') this.options.onAnswer({ ok: true, at: now(), latencyMs, missed: 0 }, answer);
    } else if (latencyMs < timeoutMs + starvedMs) {
      this.missed += 1;
      this.options.onMiss({ ok: false, at: now(), latencyMs, missed: this.missed });
      if (this.missed >= missesUntilDead)
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

  private async ask(): Promise<{ answer: PageStatus | 'browser' | null; hasTimedOut: boolean }> {
    const { isPageThere, readStatus, askBrowser, timeoutMs } = this.options;
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
