import { execFile } from 'node:child_process';
import { chown, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { programsDir } from '../files/programs-dir';
import { writePrivateFile } from '../files/private-file';

export interface Browser {
  /** What to execute; its process is the browser's main process. */
  executablePath: string;
  /** `shell` for chromium-headless-shell, `new` for a full Chromium. */
  headless: 'shell' | 'new';
  version: string;
  /** Whether its sandbox can be on for an ordinary user of this machine. */
  sandbox: boolean;
}

const run = promisify(execFile);
const startTimeoutMs = 60_000;

/**
 * Starts the browser once for real, with its sandbox and, where that is impossible here, without. What was found is
 * remembered until the file changes.
 * @throws Error with the browser's own words when it can't be started at all
 */
export async function checkBrowser(executablePath: string): Promise<Browser> {
  const { mtimeMs, size } = await stat(executablePath);
  const key = `${executablePath} ${mtimeMs} ${size} ${process.getuid?.()}`;
  const known = await readChecks();
  const found = known[key] ?? (await startBrowserOnce(executablePath));
  if (!known[key]) await writePrivateFile(checksFile(), JSON.stringify({ ...known, [key]: found }));
  return found;
}

/** Without remembering. @throws Error with the browser's own words */
export async function startBrowserOnce(executablePath: string): Promise<Browser> {
  const headless = /headless[-_]shell/.test(basename(executablePath)) ? 'shell' : 'new';
  // A browser's sandbox is another matter for root, which never runs one for a tenant.
  const user = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  const home = await mkdtemp(join(tmpdir(), 'wafleet-browser-'));
  try {
    if (user.uid) await chown(home, user.uid, user.gid);
    const start = async (...flags: string[]) => {
      const env = { PATH: process.env.PATH, HOME: home, TMPDIR: home };
      const options = { ...user, env, cwd: '/', timeout: startTimeoutMs, killSignal: 'SIGKILL' as const };
      return (await run(executablePath, flags, options)).stdout;
    };
    const version = /[\d.]+/.exec(await start('--version'))?.[0] ?? 'unknown';
    const page = [
      ...(headless === 'new' ? ['--headless=new'] : []),
      ...[`--user-data-dir=${home}/profile`, '--disable-gpu', '--dump-dom', 'about:blank'],
    ];
    const sandbox = await start(...page).then(
      () => true,
      () => false,
    );
    if (!sandbox) await start('--no-sandbox', ...page);
    return { executablePath, headless, version, sandbox };
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

const nobody = 65_534;

const checksFile = () => join(programsDir(), 'browser-checks.json');

async function readChecks(): Promise<Record<string, Browser>> {
  try {
    return JSON.parse(await readFile(checksFile(), 'utf8')) as Record<string, Browser>;
  } catch {
    // None yet, or cut short by a crash: they are made again.
    return {};
  }
}
