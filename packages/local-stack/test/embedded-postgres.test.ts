import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { chmod, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, freePort, tempDir, type TempDir } from '@wafleet/testing';
import { Client } from 'pg';
import { type EmbeddedPostgres, isReachableByOthers, type PostgresOptions, startPostgres } from '../src';

const isRoot = process.getuid?.() === 0;
const build = resolve(__dirname, '../dist/index.js');
const nobody = 65_534;

let folder: TempDir;
let options: PostgresOptions;
const started: EmbeddedPostgres[] = [];

beforeEach(async () => {
  folder = await tempDir();
  options = {
    clusterDir: join(folder.path, 'cluster'),
    passwordFile: join(folder.path, 'password'),
    logFile: join(folder.path, 'postgres.log'),
    port: await freePort(),
  };
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((postgres) => postgres.stop()));
  await folder.remove();
});

async function start(): Promise<EmbeddedPostgres> {
  const postgres = await startPostgres(options);
  started.push(postgres);
  return postgres;
}

describe('the embedded Postgres', () => {
  it('never runs as root, and lets nobody in without the password', async () => {
    const postgres = await start();
    expect(uidOf(await readFile(`/proc/${postgres.pid}/status`, 'utf8'))).not.toBe(0);
    await query(postgres, 'SELECT 1');
    const guessed = Object.assign(new URL(postgres.url), { password: 'guessed' }).href;
    await expect(query({ url: guessed }, 'SELECT 1')).rejects.toThrow('password authentication failed');
  });

  it('keeps what was committed over kill -9', async () => {
    const first = await start();
    await query(first, 'CREATE TABLE kept (n int)');
    await query(first, 'INSERT INTO kept VALUES (42)');
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    const second = await start();
    expect(await query(second, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
  });

  it('ends a server that an earlier run left on the same files', async () => {
    const left = await start();
    const next = await start();
    expect(next.reclaimed).toBe(true);
    expect(next.pid).not.toBe(left.pid);
    await left.exited;
    await query(next, 'SELECT 1');
  });

  it('ends when the process that started it is killed', async () => {
    const script = `require(${JSON.stringify(build)}).startPostgres(${JSON.stringify(options)})
      .then((postgres) => { console.log(postgres.pid); process.kill(process.pid, 'SIGKILL'); });`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script]).catch(
      (error: { stdout: string }) => error,
    );
    const pid = Number(stdout);
    expect(pid).toBeGreaterThan(0);
    await eventually(() => !isAlive(pid), { timeoutMs: 60_000, what: 'the end of Postgres' });
  });

  it('says in one sentence which setting helps when its port is taken', async () => {
    const other = createServer().listen(options.port, '127.0.0.1');
    await expect(startPostgres(options)).rejects.toThrow(
      `Port ${options.port} is taken; set POSTGRES_PORT to a free one.`,
    );
    await new Promise((done) => other.close(done));
  });

  it('says what is wrong when the password file is lost', async () => {
    await (await start()).stop();
    await expect(startPostgres({ ...options, passwordFile: join(folder.path, 'lost') })).rejects.toThrow(
      'is missing; put',
    );
  });

  (isRoot ? it : it.skip)('runs for an ordinary user too, and refuses files of another one', async () => {
    if (!(await isReachableByOthers(build))) return;
    await chmod(folder.path, 0o777);
    const script = (next: string) =>
      `require(${JSON.stringify(build)}).startPostgres(${JSON.stringify(options)}).then(${next})`;
    const asNobody = { uid: nobody, gid: nobody, cwd: '/' };
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        '-e',
        script("async (p) => { console.log(require('fs').statSync('/proc/' + p.pid).uid); await p.stop(); }"),
      ],
      asNobody,
    );
    expect(Number(stdout)).toBe(nobody);
    await expect(startPostgres(options)).rejects.toThrow(`belongs to user ${nobody}`);
  });
});

function uidOf(status: string): number {
  return Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function query({ url }: { url: string }, sql: string): Promise<unknown[]> {
  const client = new Client({
    connectionString: Object.assign(new URL(url), { pathname: '/postgres' }).href,
  });
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}
