import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { LaunchOptions } from 'puppeteer';
import { withDeadline } from '@wafleet/runtime';
import { isAlive, readProcessTable, treeOf, type ProcessEntry } from '../../processes/process-table';
import { BrowserSurvivedError } from '../whatsapp-client';

export interface BrowserSettings {
  tenantId: string;
  tenantDir: string;
  executablePath: string;
  headless: 'shell' | 'new';
  sandbox: boolean;
  extraArgs: string[];
  /** browser-under-lock.sh */
  launcherPath: string;
  launchTimeoutMs: number;
  /** PATH, LANG and TZ of the worker; the browser gets nothing else of its environment. */
  environment: Record<string, string>;
}

/** What a page's own heap may hold; beyond it its process ends. */
export const heapLimitMb = 512;

/** Beside these the library adds --user-data-dir and --user-agent, and puppeteer its own defaults. */
const flags = [
  // No graphics process: nothing is drawn for anybody.
  '--disable-gpu',
  '--in-process-gpu',
  '--disable-software-rasterizer',
  '--window-size=320,240',
  '--blink-settings=imagesEnabled=false',
  // One process fewer, 10 MB per tenant; its crash ends the browser, which is replaced.
  '--enable-features=NetworkServiceInProcess2',
  // One page of one site needs no walls between sites, and no spare renderer.
  '--disable-site-isolation-trials',
  '--disable-features=site-per-process,IsolateOrigins,BackForwardCache,SpareRendererForSitePerProcess',
  `--js-flags=--max-old-space-size=${heapLimitMb} --optimize-for-size`,
  '--disk-cache-size=33554432',
  '--disable-quic',
  '--disable-component-update',
  '--disable-extensions',
];

/**
 * With a proxy there is no other way out: no name is looked up here, and nothing goes past it, neither to loopback nor
 * over UDP.
 */
const proxyFlags = (port: number) => [
  `--proxy-server=http://127.0.0.1:${port}`,
  '--proxy-bypass-list=<-loopback>',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
];

/**
 * How puppeteer starts the browser: over a pipe, in the tenant's own folders, its signals left to us.
 * @param proxyPort of 127.0.0.1, where the browser's proxy is; null where it goes out directly
 */
export function launchOptions(settings: BrowserSettings, proxyPort: number | null): LaunchOptions {
  const { tenantDir } = settings;
  return {
    executablePath: settings.launcherPath,
    headless: settings.headless === 'shell' ? 'shell' : true,
    pipe: true,
    defaultViewport: null,
    // The session's own deadlines end what is slow, and tell why; this only bounds calls that nobody waits for any more,
    // so it is longer than each of them: a load that WhatsApp never answers would end here without its cause.
    protocolTimeout: 180_000,
    timeout: settings.launchTimeoutMs,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      ...flags,
      ...(settings.sandbox ? [] : ['--no-sandbox']),
      ...(proxyPort === null ? [] : proxyFlags(proxyPort)),
      // Shows in the process list whose browser this is.
      `--wafleet-tenant=${settings.tenantId}`,
      ...settings.extraArgs,
    ],
    env: {
      ...settings.environment,
      HOME: join(tenantDir, 'home'),
      TMPDIR: join(tenantDir, 'tmp'),
      PROFILE_LOCK: lockPath(tenantDir),
      BROWSER: settings.executablePath,
    },
  };
}

/** Whether some browser holds the profile's lock; false where flock is missing. */
export async function isProfileLocked(tenantDir: string): Promise<boolean> {
  const args = ['-n', '-E', String(lockedExitCode), lockPath(tenantDir), 'true'];
  return promisify(execFile)('flock', args, { timeout: 5_000 }).then(
    () => false,
    (error: { code?: unknown }) => error.code === lockedExitCode,
  );
}

const lockedExitCode = 75;
const lockPath = (tenantDir: string) => join(tenantDir, 'run', 'browser.lock');

const provenGoneMs = 10_000;
/** Between looks; also what the launch's promise needs to tell that it is settled. */
const lookMs = 5;

/**
 * The processes of one browser, from its launch to its proven end. The browser is found as a child of this process,
 * so that one is seen whose launch puppeteer has not finished.
 */
export class BrowserProcesses {
  private leaders: ProcessEntry[] = [];
  private seen: ProcessEntry[] = [];

  /** What runs now. */
  list(): ProcessEntry[] {
    const table = readProcessTable();
    const launched = table.filter(({ parent, pid, session }) => parent === process.pid && session === pid);
    // A leader that died may have left orphans in its session; a pid that names another process by now has not.
    this.leaders = unique([...this.leaders, ...launched]).filter(
      (leader) => !table.some(({ pid, startTime }) => pid === leader.pid && startTime !== leader.startTime),
    );
    const found = this.leaders.flatMap((leader) => treeOf(leader.pid, table));
    this.seen = unique([...this.seen.filter(isAlive), ...found]);
    return this.seen;
  }

  /**
   * SIGKILLs the whole tree and resolves when every process of it is gone and none can follow.
   * @param launch settles when the launch can bring no further process; with its browser killed it does soon
   * @throws BrowserSurvivedError after ten seconds
   */
  async killAll(launch: Promise<void>): Promise<void> {
    const deadline = Date.now() + provenGoneMs;
    let isLaunching = true;
    void launch.finally(() => {
      isLaunching = false;
    });
    for (;;) {
      await sleep(lookMs);
      const alive = this.list();
      if (alive.length === 0 && !isLaunching) return;
      if (Date.now() > deadline) throw new BrowserSurvivedError(alive.map(({ pid }) => pid));
      for (const { pid } of alive) kill(pid);
    }
  }
}

/** Asks the browser to close, so that it writes its profile down; one that does not in time is left to killAll(). */
export async function askToClose(browser: { close(): Promise<void> }): Promise<void> {
  await withDeadline(browser.close(), 3_000, 'browser close').catch(() => undefined);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone meanwhile, or not ours to kill; the next look decides.
  }
}

function unique(entries: ProcessEntry[]): ProcessEntry[] {
  return [...new Map(entries.map((entry) => [`${entry.pid}/${entry.startTime}`, entry])).values()];
}
