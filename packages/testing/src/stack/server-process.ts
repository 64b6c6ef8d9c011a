import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process of ours under test: its output is kept, its end is waited for. */
export interface ServerProcess {
  readonly pid: number;
  /** Resolves when it has ended, wanted or not. */
  readonly ended: Promise<ProcessEnd>;
  /** What it printed so far, both streams. */
  output(): string;
  isRunning(): boolean;
  /** Sends the signal and waits for the end; SIGKILL after deadlineMs. */
  end(signal?: NodeJS.Signals, deadlineMs?: number): Promise<ProcessEnd>;
}

export function startServerProcess(options: {
  command: string;
  args: string[];
  env: Record<string, string>;
  cwd?: string;
  uid?: number;
}): ServerProcess {
  const child: ChildProcess = spawn(options.command, options.args, {
    env: options.env,
    cwd: options.cwd,
    uid: options.uid,
    gid: options.uid,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid === undefined) throw new Error(`could not start ${options.command}`);
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = once(child, 'exit').then(([code, signal]): ProcessEnd => ({ code, signal }));
  return {
    pid: child.pid,
    ended,
    output: () => Buffer.concat(chunks).toString(),
    isRunning: () => child.exitCode === null && child.signalCode === null,
    end: async (signal = 'SIGTERM', deadlineMs = 20_000) => {
      child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
      const end = await ended;
      clearTimeout(timer);
      return end;
    },
  };
}
