import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { workerNodeFlags, workerSettingsSchema } from '@wafleet/contracts';
import { findBrowser } from '@wafleet/local-stack';
import { tempDir } from '@wafleet/testing';
import type { z } from 'zod';
import { isAlive, readProcessTable, treeOf, type ProcessEntry } from '../src/processes/process-table';

type Settings = z.input<typeof workerSettingsSchema>;

/** Builds the worker as it is now, where other users can reach it. */
export async function buildWorker(): Promise<{ bundle: string; remove: () => Promise<void> }> {
  const folder = await tempDir('wafleet-worker-');
  await promisify(execFile)(process.execPath, [join(__dirname, '../build.mjs'), folder.path]);
  return { bundle: join(folder.path, 'worker.cjs'), remove: () => folder.remove() };
}

/** An ordinary user, where root runs the tests: the browser's sandbox is on then. */
const user = process.getuid?.() === 0 ? 61_234 : null;

/** The place of one tenant, and the workers that run there one after the other. */
export class TenantPlace {
  private running: ChildProcess | null = null;
  private generation = 0;
  releaseLock: (() => Promise<void>) | null = null;
  private seen: ProcessEntry[] = [];

  private constructor(
    readonly path: string,
    private readonly bundle: string,
    private readonly removeFolder: () => Promise<void>,
  ) {}

  static async create(bundle: string): Promise<TenantPlace> {
    const folder = await tempDir('wafleet-tenant-');
    for (const name of ['.', 'profile', 'home', 'tmp', 'run', 'logs', 'trash']) {
      await mkdir(join(folder.path, name), { recursive: true });
      if (user !== null) await chown(join(folder.path, name), user, user);
    }
    return new TenantPlace(folder.path, bundle, () => folder.remove());
  }

  async start(
    settings: { linkUrl: string; browserArgs: string[] } & Partial<Omit<Settings, 'browser'>>,
  ): Promise<void> {
    const { browserArgs, ...rest } = settings;
    const { executablePath, headless, sandbox } = await findBrowser();
    this.generation += 1;
    const all: Settings = {
      tenantId: 'ten_00000000000000000000000001',
      generation: this.generation,
      token: 'token-of-the-test',
      tenantDir: this.path,
      logLevel: 'debug',
      browser: { executablePath, headless, sandbox, extraArgs: browserArgs },
      ...rest,
    };
    const file = join(this.path, 'run', 'worker.json');
    await writeFile(file, JSON.stringify(workerSettingsSchema.parse(all)));
    if (user !== null) await chown(file, user, user);
    this.running = spawn(process.execPath, [...workerNodeFlags, this.bundle], {
      cwd: this.path,
      env: { PATH: process.env.PATH, WORKER_SETTINGS_FILE: file },
      stdio: ['ignore', 'inherit', 'inherit'],
      ...(user === null ? {} : { uid: user, gid: user }),
    });
  }

  get pid(): number {
    if (this.running?.pid === undefined) throw new Error('no worker runs');
    return this.running.pid;
  }

  signal(signal: NodeJS.Signals): void {
    this.running?.kill(signal);
  }

  async exitCode(): Promise<number | null> {
    const child = this.running;
    if (!child) throw new Error('no worker was started');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child.exitCode;
  }

  async stop(): Promise<number | null> {
    this.signal('SIGTERM');
    return this.exitCode();
  }

  /** All processes of browsers that were started here and live. */
  browserProcesses(): { pid: number; type: string }[] {
    const table = readProcessTable();
    const profile = `--user-data-dir=${join(this.path, 'profile', 'session')}`;
    const leaders = table.filter(({ pid, session }) => pid === session && commandLine(pid).includes(profile));
    this.seen = [...this.seen.filter(isAlive), ...leaders.flatMap(({ pid }) => treeOf(pid, table))];
    const pids = [...new Set(this.seen.map(({ pid }) => pid))];
    return pids.map((pid) => {
      const type = commandLine(pid).find((arg) => arg.startsWith('--type='));
      return { pid, type: type?.slice('--type='.length) ?? 'main' };
    });
  }

  /** Sends the signal to the one process of the browser that has this type. */
  signalBrowser(type: 'main' | 'renderer', signal: NodeJS.Signals): number {
    const [target, ...others] = this.browserProcesses().filter((entry) => entry.type === type);
    if (!target || others.length > 0)
      throw new Error(`${others.length + (target ? 1 : 0)} processes are ${type}`);
    process.kill(target.pid, signal);
    return target.pid;
  }

  lockIsFree(): boolean {
    return spawnSync('flock', ['-n', this.lock, 'true']).status === 0;
  }

  /** As a browser that somebody forgot would, until releaseLock(). Resolves when it is held. */
  async holdLock(): Promise<void> {
    const holder = spawn('flock', ['-F', this.lock, 'sh', '-c', 'echo held; exec sleep 600'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      ...(user === null ? {} : { uid: user, gid: user }),
    });
    this.releaseLock = async () => {
      this.releaseLock = null;
      holder.kill('SIGKILL');
      await once(holder, 'exit');
    };
    await once(holder.stdout, 'data');
  }

  private get lock(): string {
    return join(this.path, 'run', 'browser.lock');
  }

  log(): { msg: string; [field: string]: unknown }[] {
    const lines = readFileSync(join(this.path, 'logs', 'worker.log'), 'utf8')
      .trim()
      .split('\n');
    return lines.map((line) => JSON.parse(line) as { msg: string });
  }

  async remove(): Promise<void> {
    await this.releaseLock?.();
    if (this.running && this.running.exitCode === null && this.running.signalCode === null) await this.stop();
    await this.removeFolder();
  }
}

function commandLine(pid: number): string[] {
  try {
    // Chromium rewrites its children's as one text with spaces.
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').split(/[\0 ]/);
  } catch {
    return [];
  }
}
