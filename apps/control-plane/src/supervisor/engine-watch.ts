import { createOutageLog, type Logger } from '@wafleet/runtime';
import type { Observation } from '../drivers/worker-driver';

/** Whether what runs the workers can be asked at all: a container engine, or the files that say which process is whose. */
export interface EngineWatch {
  /** What it said in one look at all workers that may run. */
  note(answers: readonly Observation[]): void;
  /** False while it has told nothing of any worker for longer than it takes to start anew. */
  answers(): boolean;
}

export function createEngineWatch(deps: { silentMs: number; now: () => number; log: Logger }): EngineWatch {
  const silence = createOutageLog(deps.log, 'engine of the workers');
  let silentSince: number | null = null;

  return {
    note(answers) {
      const [first] = answers;
      if (first?.state === 'unknown' && answers.every(({ state }) => state === 'unknown')) {
        silentSince ??= deps.now();
        silence.failed(new Error(first.detail));
      } else {
        silentSince = null;
        silence.worked();
      }
    },

    answers: () => silentSince === null || deps.now() - silentSince < deps.silentMs,
  };
}
