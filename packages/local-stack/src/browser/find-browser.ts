import { existsSync } from 'node:fs';
import { PackagesUnavailable } from '../debian/fetch-packages';
import { isReachableByOthers } from '../files/reachable';
import { StackError } from '../stack-error';
import { type Browser, checkBrowser } from './check-browser';
import { fetchBrowser, fetchedBrowser } from './fetch-browser';

/** The binaries themselves: distributions' scripts in /usr/bin don't become the browser, or add flags of their own. */
const installedPaths = [
  '/usr/lib/chromium/chromium-headless-shell',
  '/usr/lib/chromium/chromium',
  '/opt/google/chrome/chrome',
];

/** What findBrowser() would try, in its order, before it fetches one. */
export function browserCandidates(configuredPath: string | undefined): string[] {
  if (configuredPath) return [configuredPath];
  const fetched = fetchedBrowser();
  return [...installedPaths, ...(fetched === null ? [] : [fetched])].filter((path) => existsSync(path));
}

/**
 * A browser that was started here for real: the one configured, else one installed, else one fetched earlier, else one
 * fetched now.
 * @param options.configuredPath defaults to BROWSER_PATH
 * @param options.onProgress told before something that takes seconds
 * @throws StackError that says what to do
 */
export async function findBrowser(
  options: {
    configuredPath?: string | undefined;
    installedPaths?: string[];
    fetchedPath?: string | null;
    onProgress?: (text: string) => void;
  } = {},
): Promise<Browser> {
  const configured = options.configuredPath ?? process.env.BROWSER_PATH;
  if (configured) return checkConfigured(configured);
  const failures: string[] = [];
  const { fetchedPath = fetchedBrowser() } = options;
  for (const path of [...(options.installedPaths ?? installedPaths), fetchedPath]) {
    if (path === null || !existsSync(path)) continue;
    try {
      return await checkBrowser(path);
    } catch (error) {
      failures.push(`${path} does not start (${firstLine(error)})`);
    }
  }
  try {
    options.onProgress?.('Fetching a browser (chromium-headless-shell, from Debian)');
    return await checkBrowser(await fetchBrowser());
  } catch (cause) {
    const why = cause instanceof PackagesUnavailable ? cause.message : firstLine(cause);
    const found = failures.length > 0 ? `${failures.join('; ')}; ` : 'No browser is installed; ';
    throw new StackError(
      `${found}one could not be fetched: ${why}. Install chromium-headless-shell (or Chromium, or Chrome), or set BROWSER_PATH.`,
      { cause },
    );
  }
}

async function checkConfigured(path: string): Promise<Browser> {
  if (!existsSync(path)) throw new StackError(`BROWSER_PATH names ${path}, which does not exist.`);
  if (process.getuid?.() === 0 && !(await isReachableByOthers(path))) {
    throw new StackError(
      `BROWSER_PATH names ${path}, which the users of tenants can't reach; move the browser out of the closed folder.`,
    );
  }
  try {
    return await checkBrowser(path);
  } catch (cause) {
    throw new StackError(`BROWSER_PATH names ${path}, which does not start: ${firstLine(cause)}`, { cause });
  }
}

function firstLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  return (stderr || message || String(error)).trim().split('\n')[0] as string;
}
