import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@wafleet/testing';
import { endChild, whenEnded } from '../src/processes/tied-process';
import { keepRunning, type KeptRunning, type Running } from '../src/stack/keep-running';

let kept: KeptRunning<Running> | undefined;
afterEach(() => kept?.stop());

async function startSleep(): Promise<Running> {
  const child = spawn('sleep', ['600']);
  await once(child, 'spawn');
  return {
    pid: child.pid as number,
    exited: whenEnded(child),
    stop: () => endChild(child, { signal: 'SIGTERM', harder: 'SIGKILL', patienceMs: 5_000 }),
  };
}

describe('keepRunning', () => {
  it('starts a process again that ended by itself, also when the first try fails', async () => {
    const pids: number[] = [];
    const troubles: string[] = [];
    let refuse = false;
    kept = await keepRunning({
      start: () => {
        if (!refuse) return startSleep();
        refuse = false;
        return Promise.reject(new Error('not now'));
      },
      onStarted: async (pid) => void pids.push(pid),
      onTrouble: (what) => troubles.push(what),
    });
    refuse = true;
    process.kill(kept.current().pid, 'SIGKILL');
    await eventually(() => pids.length === 2, { timeoutMs: 60_000, what: 'a second start' });
    expect(kept.current().pid).toBe(pids[1]);
    expect(troubles).toEqual(['ended unexpectedly and is started again', 'did not start: not now']);
  });

  it('does not start again what it was told to stop, also while it waits to start it', async () => {
    const pids: number[] = [];
    const troubles: string[] = [];
    let refuse = false;
    kept = await keepRunning({
      start: () => (refuse ? Promise.reject(new Error('not now')) : startSleep()),
      onStarted: async (pid) => void pids.push(pid),
      onTrouble: (what) => troubles.push(what),
    });
    refuse = true;
    process.kill(kept.current().pid, 'SIGKILL');
    // The first start again is at once; it is the next one that is waited for.
    await eventually(() => troubles.length === 2, { timeoutMs: 60_000, what: 'the end to be noticed' });
    await kept.stop();
    expect(pids).toHaveLength(1);
  });
});
