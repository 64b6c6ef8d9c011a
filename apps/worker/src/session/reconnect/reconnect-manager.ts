import type { Reason } from '@wafleet/contracts';
import { decideRetry, nextOutageStep, type ReconnectPolicy } from './reconnect-policy';

export interface ReconnectStatus {
  /** Attempts used since the session was last stable. */
  attempt: number;
  /** When the next browser opens; null while none is planned. */
  nextAttemptAt: number | null;
}

export interface ReconnectManagerOptions {
  policy: ReconnectPolicy & { stableMs: number };
  now: () => number;
  /** In [0, 1). */
  random: () => number;
  onDue: () => void;
  onAttemptsUsedUp: () => void;
  /** The session has been well for long enough that its attempts are forgotten. */
  onStable: () => void;
  /** Both end in time by themselves; a page that can't answer is not reachable. */
  outage: { isReachable: () => Promise<boolean>; nudgeSocket: () => Promise<void> };
}

const outageCheckMs = 1_000;
const outagePatience = { patienceMs: 20_000, maxMs: 300_000 };

/**
 * When the next browser opens. Counts attempts, waits out network outages without using any, forgets both after
 * stable time. Never opens one itself: it only says that it is due.
 */
export class ReconnectManager {
  private used = 0;
  private nextAttemptAt: number | null = null;
  private timer: NodeJS.Timeout | null = null;
  private stableTimer: NodeJS.Timeout | null = null;
  private outage: { hadSignedIn: boolean; stepAt: number | null; browsersUsed: number } | null = null;
  /** Goes up with every change of plan, so that an answer to an older question is dropped. */
  private plan = 0;
  private checking: Promise<void> = Promise.resolve();

  constructor(private readonly options: ReconnectManagerOptions) {}

  status(): ReconnectStatus {
    return { attempt: this.used, nextAttemptAt: this.nextAttemptAt };
  }

  /** A browser ended for this reason: plans the next one, or none where only a person can help. */
  start(reason: Reason): void {
    this.cancel();
    const decision = decideRetry(reason, this.used, this.options.policy, this.options.random());
    if (decision.kind === 'never') return;
    if (decision.kind === 'retry') this.used = decision.attempt;
    this.dueIn(decision.delayMs);
    if (decision.kind === 'exhausted') this.options.onAttemptsUsedUp();
  }

  /** The network went away: watches for its return, and repairs by the ladder of nextOutageStep(). */
  watchOutage(hadSignedIn: boolean): void {
    this.cancel();
    this.outage = {
      hadSignedIn,
      stepAt: this.outage?.stepAt ?? null,
      browsersUsed: this.outage?.browsersUsed ?? 0,
    };
    this.scheduleCheck();
  }

  /** The session works: what was planned is off, and stable time begins. */
  connected(): void {
    this.cancel();
    this.outage = null;
    this.stableTimer = setTimeout(() => {
      this.used = 0;
      this.options.onStable();
    }, this.options.policy.stableMs);
  }

  /** An operator asks for a fresh start: all attempts again, and a planned one is due at once. */
  reset(): void {
    this.used = 0;
    if (this.outage) this.outage = { ...this.outage, stepAt: null, browsersUsed: 0 };
    if (this.nextAttemptAt === null) return;
    this.cancel();
    this.dueIn(0);
  }

  /** Attempts of the worker before this one; a fresh process is no excuse to start counting anew. */
  carry(attempt: number): void {
    this.used = Math.max(this.used, attempt);
  }

  /** Nothing is planned any more; resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.cancel();
    await this.checking;
  }

  private cancel(): void {
    this.plan += 1;
    this.nextAttemptAt = null;
    if (this.timer) clearTimeout(this.timer);
    if (this.stableTimer) clearTimeout(this.stableTimer);
    this.timer = null;
    this.stableTimer = null;
  }

  private dueIn(delayMs: number): void {
    this.nextAttemptAt = this.options.now() + delayMs;
    this.timer = setTimeout(() => {
      this.nextAttemptAt = null;
      this.options.onDue();
    }, delayMs);
  }

  private scheduleCheck(): void {
    this.timer = setTimeout(() => {
      this.checking = this.checkOutage();
    }, outageCheckMs);
  }

  private async checkOutage(): Promise<void> {
    const plan = this.plan;
    const isReachable = await this.options.outage.isReachable();
    if (plan !== this.plan || !this.outage) return;
    const now = this.options.now();
    if (!isReachable) this.outage.stepAt = null;
    const { hadSignedIn, stepAt, browsersUsed } = this.outage;
    const sinceStepMs = stepAt === null ? null : now - stepAt;
    const step = nextOutageStep({ isReachable, hadSignedIn, sinceStepMs, browsersUsed }, outagePatience);
    if (step.kind !== 'wait') this.outage.stepAt = now;
    switch (step.kind) {
      case 'wait':
        return this.scheduleCheck();
      case 'nudge_socket':
        await this.options.outage.nudgeSocket();
        if (plan === this.plan) this.scheduleCheck();
        return;
      case 'new_browser':
        this.outage.browsersUsed += 1;
        return this.options.onDue();
    }
  }
}
