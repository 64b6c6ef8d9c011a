import {
  incidentLimits,
  incidentRules,
  lastingTroubleMs,
  type HeartbeatFrame,
  type IncidentEvent,
  type IncidentEvidence,
} from '@wafleet/contracts';
import { keepNewest } from '../keep-newest';
import type { SessionModel } from '../session/machine/session-model';
import type { BrowserRecord } from '../whatsapp/browser/browser-journal';
import type { Picture, Probe } from '../whatsapp/whatsapp-client';
import { whyNoPicture } from './why-no-picture';

export interface IncidentReporterOptions {
  versions: () => IncidentEvidence['versions'];
  readJournal: () => BrowserRecord;
  /** Ends in time by itself. */
  takePicture: () => Promise<Picture>;
  now: () => number;
  /** False when the report found no room. */
  report: (event: IncidentEvent) => boolean;
}

/** Keeps what was last seen of the session, and reports it when a trouble begins that is worth a record. */
export class IncidentReporter {
  private readonly transitions: IncidentEvidence['transitions'] = [];
  private readonly probes: IncidentEvidence['probes'] = [];
  private readonly memory: IncidentEvidence['memory'] = [];
  private last: Step | null = null;
  private number = 0;
  private lasting: NodeJS.Timeout | null = null;
  private underWay: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: IncidentReporterOptions) {}

  onTransition(step: Step): void {
    const { state, phase, reason } = step;
    keepNewest(
      this.transitions,
      { at: this.options.now(), state, phase, reason },
      incidentLimits.transitions,
    );
    const before = this.last;
    this.last = step;
    if (reason === before?.reason && !isOneMoreFailure(step, before)) return;
    this.cancel();
    const rule = reason === null ? 'never' : incidentRules[reason];
    if (rule === 'at_once') this.begin(step);
    if (rule === 'lasting') this.lasting = setTimeout(() => this.begin(step), lastingTroubleMs);
  }

  /** Trouble that leaves the session as it is. */
  onErrors(reason: 'decryption_failing' | 'page_failing', detail: string): void {
    this.begin({ reason, detail });
  }

  onProbe({ at, ok, latencyMs }: Probe): void {
    keepNewest(this.probes, { at, ok, latencyMs }, incidentLimits.probes);
  }

  onHeartbeat({ at, memory }: HeartbeatFrame): void {
    keepNewest(this.memory, { at, ...memory }, incidentLimits.memory);
  }

  /** A trouble that has not lasted yet is not reported any more; resolves when no report is under way. */
  async stop(): Promise<void> {
    this.cancel();
    await this.underWay;
  }

  private cancel(): void {
    if (this.lasting) clearTimeout(this.lasting);
    this.lasting = null;
  }

  private begin(step: Pick<Step, 'reason' | 'detail'>): void {
    this.underWay = Promise.all([this.underWay, this.report(step)]);
  }

  /** What is known now, sent when the picture is taken or is known not to come. */
  private async report({ reason, detail }: Pick<Step, 'reason' | 'detail'>): Promise<void> {
    if (reason === null) return;
    const known = { at: this.options.now(), reason, detail, evidence: this.evidence() };
    const why = whyNoPicture(reason);
    // Awaited in any case: the change of the session is told first, so that the trouble is told of one that has it.
    const picture = await (why === null ? this.options.takePicture() : { none: why });
    const isReported = this.options.report({
      kind: 'incident',
      number: this.number + 1,
      ...known,
      screenshot: 'jpeg' in picture ? picture.jpeg : null,
      noScreenshot: 'none' in picture ? picture.none : null,
    });
    if (isReported) this.number += 1;
  }

  private evidence(): IncidentEvidence {
    return {
      transitions: [...this.transitions],
      probes: [...this.probes],
      memory: [...this.memory],
      ...this.options.readJournal(),
      versions: this.options.versions(),
    };
  }
}

type Step = Pick<SessionModel, 'state' | 'phase' | 'reason' | 'detail' | 'retryPlanned'>;

/** The next browser ended as the one before it, without a moment of success between them. */
function isOneMoreFailure(step: Step, before: Step): boolean {
  return step.phase === 'waiting' && step.retryPlanned && before.phase !== 'waiting';
}
