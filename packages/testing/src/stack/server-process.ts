import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A process of ours under test: its output is kept, its end is waited for. */
export interface ServerProcess {
  readonly pid: number;
  /** What it printed so far, both streams. */
  output(): string;
  isRunning(): boolean;
  /** Sends the signal and waits for the end; SIGKILL after deadlineMs. */
  end(
    signal?: NodeJS.Signals,
    deadlineMs?: number,
  ): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
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
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  return {
    pid: child.pid,
    output: () => Buffer.concat(chunks).toString(),
    isRunning: () => child.exitCode === null && child.signalCode === null,
    end: async (signal = 'SIGTERM', deadlineMs = 20_000) => {
      child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
      const [code, endSignal] = await ended;
      clearTimeout(timer);
      return { code, signal: endSignal };
    },
  };
}
