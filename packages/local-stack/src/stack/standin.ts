import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { endOfLog, keepLog } from '../files/keep-log';
import { endChild, hasEnded, spawnTied, whenEnded } from '../processes/tied-process';
import { waitFor } from '../processes/wait-for';
import { repository } from '../repository';
import { StackError } from '../stack-error';
import type { Running } from './keep-running';

const program = join(repository, 'packages/whatsapp-standin/dist/main.js');

export interface RunningStandin extends Running {
  controlUrl: string;
  /** What makes a browser take it for WhatsApp Web. */
  browserArgs: string[];
}

/** Starts the stand-in for WhatsApp; what it knows is kept in `stateFile`. It ends when we die. */
export async function startStandin(options: {
  stateFile: string;
  port: number;
  tlsPort: number;
  logFile: string;
}): Promise<RunningStandin> {
  await mkdir(dirname(options.stateFile), { recursive: true, mode: 0o700 });
  const child = await spawnTied([process.execPath, program], {
    signal: 'TERM',
    env: {
      PATH: process.env.PATH,
      STANDIN_STATE_FILE: options.stateFile,
      STANDIN_PORT: String(options.port),
      STANDIN_TLS_PORT: String(options.tlsPort),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  keepLog(options.logFile, child.stdout, child.stderr);
  let printed = '';
  let started: { controlUrl: string; browserArgs: string[] } | null = null;
  child.stdout?.on('data', (chunk: Buffer) => {
    if (started) return;
    printed += chunk.toString();
    started = startedLine(printed);
  });
  await waitFor(() => hasEnded(child) || started !== null, 20_000);
  if (started === null) {
    child.kill('SIGKILL');
    throw new StackError(
      `The stand-in did not start; the end of ${options.logFile}:\n${endOfLog(options.logFile)}`,
    );
  }
  return {
    ...(started as { controlUrl: string; browserArgs: string[] }),
    pid: child.pid as number,
    exited: whenEnded(child),
    stop: () => endChild(child, { signal: 'SIGTERM', harder: 'SIGKILL', patienceMs: 10_000 }),
  };
}

/** Its log line that says where it listens, once it is printed whole. */
function startedLine(printed: string): { controlUrl: string; browserArgs: string[] } | null {
  for (const line of printed.split('\n').slice(0, -1)) {
    if (!line.includes('"browserArgs"')) continue;
    return JSON.parse(line) as { controlUrl: string; browserArgs: string[] };
  }
  return null;
}
