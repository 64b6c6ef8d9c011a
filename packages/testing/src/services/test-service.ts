import { listProcessIds, readProcFile, statFields } from '@wafleet/runtime';
import { eventually } from '../eventually';
import { killIfThere } from '../kill-if-there';

/** A server of the caller's own that can go away for a while and come back as it was. */
export interface TestService {
  readonly url: string;
  /** Ends it as its operator would; what it holds stays on disk. */
  interrupt(): Promise<void>;
  /** Kills all its processes at once: what is not on disk is lost. */
  kill(): Promise<void>;
  /** Starts it again at the same address; resolves when it answers. */
  resume(): Promise<void>;
  /** Ends it and removes what it holds. */
  stop(): Promise<void>;
}

/** @param start starts it at the same address, with what it held before */
export async function interruptible(
  start: () => Promise<{ url: string; pid: number; exited: Promise<void>; stop(): Promise<void> }>,
  remove: () => Promise<void>,
): Promise<TestService> {
  let running = await start();
  return {
    url: running.url,
    interrupt: () => running.stop(),
    kill: async () => {
      const family = [running.pid, ...childrenOf(running.pid)];
      family.forEach(killIfThere);
      await running.exited;
      await eventually(() => family.every(hasEnded), {
        timeoutMs: 60_000,
        what: 'the end of all its processes',
      });
    },
    resume: async () => {
      running = await start();
    },
    stop: async () => {
      await running.stop();
      await remove();
    },
  };
}

function childrenOf(parent: number): number[] {
  return listProcessIds().filter((pid) => fieldsOf(pid)?.[1] === String(parent));
}

/** Also while nobody has taken note of its end. */
function hasEnded(pid: number): boolean {
  return (fieldsOf(pid)?.[0] ?? 'Z') === 'Z';
}

/** State, parent and so on; null where there is no such process. */
function fieldsOf(pid: number): string[] | null {
  const stat = readProcFile(pid, 'stat');
  return stat === null ? null : statFields(stat);
}
