import type { IncidentDetail, IncidentEvidence, Reason, SessionState } from '@wafleet/contracts';
import type { WorkerEnd } from '../drivers/worker-driver';

type Shown = IncidentDetail['evidence'];

/** A line as it is stored: times are Unix milliseconds in all evidence. */
export interface EvidenceLine {
  at: number;
  level: string;
  text: string;
}

/** What is stored of a trouble: what its worker told, or what could be found out about a worker that can't tell any more. */
export interface Evidence extends Omit<IncidentEvidence, 'transitions' | 'outOfMemory' | 'versions'> {
  transitions: { at: number; state: SessionState; phase: string | null; reason: Reason | null }[];
  workerLog: EvidenceLine[];
  workerExit: WorkerEnd | null;
  outOfMemory: Shown['outOfMemory'];
  versions: Shown['versions'];
}

export const noEvidence: Evidence = {
  transitions: [],
  probes: [],
  memory: [],
  console: [],
  pageErrors: [],
  browserOutput: [],
  workerLog: [],
  workerExit: null,
  browserExit: null,
  rendererExit: null,
  outOfMemory: null,
  versions: { whatsappWeb: null, browser: null, library: null, worker: null },
};

/** As the API shows it. What an older release did not note is empty. */
export function evidenceView(stored: Partial<Evidence>): Shown {
  const evidence = { ...noEvidence, ...stored };
  return {
    ...evidence,
    transitions: evidence.transitions.map(shown),
    probes: evidence.probes.map(shown),
    memory: evidence.memory.map(shown),
    console: evidence.console.map(shown),
    pageErrors: evidence.pageErrors.map(shown),
    browserOutput: evidence.browserOutput.map(shown),
    workerLog: evidence.workerLog.map(shown),
  };
}

function shown<Item extends { at: number }>(item: Item): Omit<Item, 'at'> & { at: string } {
  return { ...item, at: new Date(item.at).toISOString() };
}
