import {
  incidentLimits,
  incidentRules,
  lastingTroubleMs,
  type HeartbeatFrame,
  type IncidentEvent,
  type IncidentEvidence,
  type Reason,
  type SessionSnapshot,
} from '@wafleet/contracts';
import type { Probe } from '../whatsapp/whatsapp-client';

export interface IncidentReporterOptions {
  libraryVersion: string;
  workerVersion: string;
  now: () => number;
  /** False when the report found no room. */
  report: (event: IncidentEvent) => boolean;
}

/** Keeps what was last seen of the session, and reports it when a trouble begins that is worth a record. */
export class IncidentReporter {
  private readonly transitions: IncidentEvidence['transitions'] = [];
  private readonly probes: IncidentEvidence['probes'] = [];
  private readonly memory: IncidentEvidence['memory'] = [];
  private reason: Reason | null = null;
  private number = 0;
  private lasting: NodeJS.Timeout | null = null;

  constructor(private readonly options: IncidentReporterOptions) {}

  onSession(snapshot: SessionSnapshot, phase: string): void {
    const { state, reason } = snapshot;
    const last = this.transitions.at(-1);
    if (last?.state === state && last.phase === phase && last.reason === reason) return;
    keep(this.transitions, { at: this.options.now(), state, phase, reason }, incidentLimits.transitions);
    if (reason === this.reason) return;
    this.reason = reason;
    this.stop();
    const rule = reason === null ? 'never' : incidentRules[reason];
    if (rule === 'at_once') this.report(snapshot);
    if (rule === 'lasting') this.lasting = setTimeout(() => this.report(snapshot), lastingTroubleMs);
  }

  onProbe({ at, ok, latencyMs }: Probe): void {
    keep(this.probes, { at, ok, latencyMs }, incidentLimits.probes);
  }

  onHeartbeat({ at, memory }: HeartbeatFrame): void {
    keep(this.memory, { at, ...memory }, incidentLimits.memory);
  }

  /** A trouble that has not lasted yet is not reported any more. */
  stop(): void {
    if (this.lasting) clearTimeout(this.lasting);
    this.lasting = null;
  }

  private report({ reason, detail, versions }: SessionSnapshot): void {
    if (reason === null) return;
    const { now, libraryVersion, workerVersion } = this.options;
    const isReported = this.options.report({
      kind: 'incident',
      number: this.number + 1,
      at: now(),
      reason,
      detail,
      evidence: {
        transitions: [...this.transitions],
        probes: [...this.probes],
        memory: [...this.memory],
        console: [],
        pageErrors: [],
        browserOutput: [],
        browserExit: null,
        rendererExit: null,
        outOfMemory: null,
        versions: {
          whatsappWeb: versions.whatsappWeb,
          browser: versions.browser,
          library: libraryVersion,
          worker: workerVersion,
        },
      },
      screenshot: null,
      noScreenshot: 'this version of the worker takes none',
    });
    if (isReported) this.number += 1;
  }
}

function keep<Item>(list: Item[], item: Item, limit: number): void {
  list.push(item);
  if (list.length > limit) list.shift();
}
