import type Docker from 'dockerode';
import type { Observation, WorkerEnd, WorkerHandle } from '../../worker-driver';
import type { readLabels } from './container-spec';

type Ours = NonNullable<ReturnType<typeof readLabels>>;

/** What the engine's word about a container of ours means. */
export function observationOf(found: Docker.ContainerInspectInfo, ours: Ours): Observation {
  const { State: state } = found;
  const { generation } = ours;
  switch (state.Status) {
    // A paused worker is alive, and silent: supervision ends it for that.
    case 'running':
    case 'paused':
    case 'restarting':
      return { state: 'running', generation, handle: handleOf(found, ours) };
    case 'exited':
    case 'dead':
      return { state: 'stopped', generation, exit: endOf(state) };
    // Made, and then nothing was started: whoever made it was interrupted.
    case 'created':
      return { state: 'gone' };
    default:
      return { state: 'unknown', detail: `The container is ${state.Status}.` };
  }
}

/** Names the container; where it is reached changes with each start and is not written down. */
export function handleOf(found: { Id: string }, { generation, spec }: Ours): WorkerHandle {
  return { version: 1, generation, containerId: found.Id, spec };
}

export function endOf(state: { ExitCode: number; OOMKilled: boolean }): WorkerEnd {
  const signal = signals[state.ExitCode - signalBase];
  if (signal === undefined) return { code: state.ExitCode, signal: null };
  // The engine notes any process that the kernel ended for memory; the worker itself may have ended much later.
  const outOfMemory = state.OOMKilled && signal === 'SIGKILL';
  return { code: null, signal, ...(outOfMemory ? { outOfMemory } : {}) };
}

/** So does a shell, and so does the engine's init, tell of a process that a signal ended. */
const signalBase = 128;
const signals: Record<number, NodeJS.Signals> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  4: 'SIGILL',
  5: 'SIGTRAP',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  15: 'SIGTERM',
};
