import type { WorkerSettings } from '@wafleet/contracts';
import type { NetworkTrouble } from '../../whatsapp/whatsapp-client';
import { isTimed, type Phase, type TimedPhase } from './session-model';

interface PhaseDeadlineOptions {
  deadlines: WorkerSettings['deadlines'];
  /** Bounded by itself. */
  networkTrouble: () => Promise<NetworkTrouble | null>;
  /** Nothing moved for the phase's time; for a phase that needs the network, also what is wrong with that. */
  onPassed: (trouble: NetworkTrouble | null) => void;
}

const needsNetwork: Phase[] = ['loading', 'authenticating', 'syncing'];

/** The one running deadline: of the phase the session is in, counted from its last progress. */
export class PhaseDeadline {
  private timer: NodeJS.Timeout | null = null;
  /** Goes up with each restart, so that an answer for an older deadline is dropped. */
  private round = 0;

  constructor(private readonly options: PhaseDeadlineOptions) {}

  restart(phase: Phase): void {
    this.stop();
    if (!isTimed(phase)) return;
    this.timer = setTimeout(() => void this.pass(phase), this.timeOf(phase));
  }

  stop(): void {
    this.round += 1;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  private async pass(phase: Phase): Promise<void> {
    const { round } = this;
    const trouble = needsNetwork.includes(phase) ? await this.options.networkTrouble() : null;
    if (round === this.round) this.options.onPassed(trouble);
  }

  private timeOf(phase: TimedPhase): number {
    const { launchMs, pageMs, qrBudgetMs, authMs, readyMs } = this.options.deadlines;
    const times = {
      launching: launchMs,
      loading: pageMs,
      linking: qrBudgetMs,
      authenticating: authMs,
      syncing: readyMs,
    };
    return times[phase];
  }
}
