import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { endOfLog, keepLog } from '../files/keep-log';
import { readIfPresent, writePrivateFile } from '../files/private-file';
import { requireFreePort } from '../processes/ports';
import { endChild, hasEnded, spawnTied, whenEnded } from '../processes/tied-process';
import { waitFor } from '../processes/wait-for';
import { StackError } from '../stack-error';
import type { RedisServer } from './find-redis';

export interface Redis {
  url: string;
  pid: number;
  exited: Promise<void>;
  stop(): Promise<void>;
}

/**
 * A Redis of our own on loopback that keeps what it holds in `dir` (at most a second is lost in a crash) and never evicts,
 * as queues need it. It ends when this process dies.
 */
export async function startRedis(
  server: RedisServer,
  options: { dir: string; port: number; logFile: string },
): Promise<Redis> {
  await mkdir(options.dir, { recursive: true, mode: 0o700 });
  await requireFreePort(options.port, 'REDIS_PORT');
  const passwordFile = join(options.dir, 'password');
  const password = (await readIfPresent(passwordFile)) ?? randomBytes(24).toString('hex');
  await writePrivateFile(passwordFile, password);
  const settings = [
    'bind 127.0.0.1',
    `port ${options.port}`,
    `dir ${JSON.stringify(options.dir)}`,
    `requirepass ${password}`,
    'appendonly yes',
    'save ""',
    'maxmemory-policy noeviction',
    'loglevel warning',
  ];
  const child = await spawnTied([server.path, '-'], {
    signal: 'TERM',
    env: { ...server.env, PATH: process.env.PATH },
    stdio: 'pipe',
  });
  keepLog(options.logFile, child.stdout, child.stderr);
  child.stdin?.end(settings.join('\n'));
  const up = await waitFor(async () => hasEnded(child) || (await answers(options.port, password)), 20_000);
  if (!up || hasEnded(child)) {
    child.kill('SIGKILL');
    throw new StackError(`Redis did not start; the end of ${options.logFile}:\n${endOfLog(options.logFile)}`);
  }
  return {
    url: `redis://:${password}@127.0.0.1:${options.port}`,
    pid: child.pid as number,
    exited: whenEnded(child),
    stop: () => endChild(child, { signal: 'SIGTERM', harder: 'SIGKILL', patienceMs: 10_000 }),
  };
}

/** It says LOADING until everything is read back. */
function answers(port: number, password: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1', timeout: 2_000 });
    const end = (up: boolean) => {
      socket.destroy();
      resolve(up);
    };
    let reply = '';
    socket.on('connect', () => socket.write(`AUTH ${password}\r\nPING\r\n`));
    socket.on('data', (chunk) => {
      reply += chunk.toString();
      if (reply.includes('+PONG')) end(true);
      else if (reply.includes('-')) end(false);
    });
    socket.on('error', () => end(false));
    socket.on('timeout', () => end(false));
  });
}
