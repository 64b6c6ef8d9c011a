import type { IncidentEvidence } from '@wafleet/contracts';
import type { Failure } from '../failure-reason';

/** How a browser or its page ended by itself. */
export type BrowserEnd =
  | { of: 'page'; exit: IncidentEvidence['rendererExit'] }
  | { of: 'browser'; exit: IncidentEvidence['browserExit'] };

export interface EndFacts {
  /** V8 or Chromium wrote that memory ran out, before the end. */
  saidOutOfMemory: boolean;
  /** The kernel ended a process for want of memory just then. */
  oomKillsRose: boolean;
  /** What the page's heap may hold. */
  heapLimitMb: number;
}

export type EndVerdict = Failure & { outOfMemory: IncidentEvidence['outOfMemory'] };

/**
 * Why it ended. A page that fills its heap ends by a trap, as after any failed check of Chromium's: what it wrote before
 * tells them apart. One that the kernel ends for want of memory is killed, as by anybody: the kernel's count tells.
 */
export function judgeEnd(end: BrowserEnd, facts: EndFacts): EndVerdict {
  const isKilled = end.of === 'page' ? end.exit?.code === sigkill : end.exit?.signal === 'SIGKILL';
  if (isKilled && facts.oomKillsRose)
    return {
      reason: 'out_of_memory',
      detail: 'the system ended it for want of memory',
      outOfMemory: 'kernel',
    };
  if (end.of === 'page') {
    if (!isKilled && (facts.saidOutOfMemory || end.exit?.status === 'oom')) {
      const detail = `the page needed more than the ${facts.heapLimitMb} MB that it may have`;
      return { reason: 'out_of_memory', detail, outOfMemory: 'page_heap' };
    }
    const detail = end.exit ? `the page's process ${end.exit.status} (signal ${end.exit.code})` : null;
    return { reason: 'renderer_crashed', detail: detail ?? 'the page crashed', outOfMemory: null };
  }
  return { reason: 'browser_crashed', detail: exitDetail(end.exit), outOfMemory: null };
}

const sigkill = 9;

function exitDetail(exit: IncidentEvidence['browserExit']): string {
  if (exit === null) return 'the browser went away';
  return exit.signal === null
    ? `the browser exited with code ${exit.code}`
    : `the browser ended by ${exit.signal}`;
}
