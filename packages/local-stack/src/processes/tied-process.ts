import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { SystemUser } from './system-user';

const setpriv = '/usr/bin/setpriv';

/**
 * Starts a program that the kernel ends with `signal` when this process dies, however it dies. It gets a process group of
 * its own, because Ctrl-C in the terminal is ours to answer. Resolves when the program runs.
 */
export async function spawnTied(
  command: string[],
  options: {
    signal: 'INT' | 'TERM';
    user?: SystemUser | undefined;
    env: NodeJS.ProcessEnv;
    stdio: StdioOptions;
  },
): Promise<ChildProcess> {
  const tied = existsSync(setpriv) ? [setpriv, '--pdeathsig', options.signal, ...command] : command;
  const child = spawn(tied[0] as string, tied.slice(1), {
    ...options.user,
    cwd: '/',
    env: options.env,
    stdio: options.stdio,
    detached: true,
  });
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  return child;
}

export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Resolves when the child has ended, wanted or not. */
export function whenEnded(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

/** Sends `signal`, then `harder` after `patienceMs`, and resolves when the child has ended. Repeats are fine. */
export async function endChild(
  child: ChildProcess,
  options: { signal: NodeJS.Signals; harder: NodeJS.Signals; patienceMs: number },
): Promise<void> {
  if (hasEnded(child)) return;
  const ended = whenEnded(child);
  child.kill(options.signal);
  const timer = setTimeout(() => child.kill(options.harder), options.patienceMs);
  await ended;
  clearTimeout(timer);
}
