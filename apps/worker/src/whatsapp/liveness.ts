import { DeadlineError, withDeadline } from '@wafleet/runtime';
import type { PageStatus } from './page-functions';
import type { Probe } from './whatsapp-client';

export interface LivenessOptions {
  intervalMs: number;
  timeoutMs: number;
  now: () => number;
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
    const { now, timeoutMs } = this.options;
    const startedAt = now();
    let status: PageStatus | null = null;
    let problem = 'the page does not answer';
    try {
      status = await withDeadline(this.options.readStatus(), timeoutMs, 'probe');
    } catch (error) {
      if (!(error instanceof DeadlineError)) problem = 'the page can not be asked';
    }
    if (this.stopped) return;
    const latencyMs = now() - startedAt;
    if (status) {
      this.missed = 0;
      this.options.onAnswer({ ok: true, at: now(), latencyMs, missed: 0 }, status);
    } else if (latencyMs < timeoutMs + starvedMs) {
      this.missed += 1;
      this.options.onMiss({ ok: false, at: now(), latencyMs, missed: this.missed });
      if (this.missed >= missesUntilDead) return this.declareDead(problem);
    }
    this.timer = setTimeout(
      () => {
        this.probing = this.probe();
      },
      Math.max(0, this.options.intervalMs - latencyMs),
    );
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
