import { existsSync, readFileSync } from 'node:fs';
import { type Browser, browserCandidates, startBrowserOnce } from '@wafleet/local-stack';
import { type Finding, findingsOf } from '../../finding';
import type { Machine } from '../../machine';
import { testedVersions } from '../../tested-versions';

const { well, note, warning, broken } = findingsOf('browser');
const sandbox = findingsOf('sandbox');

/** Starts the browser that workers would get, with its sandbox and without. */
export async function checkBrowser({ settings }: Machine): Promise<Finding[]> {
  if (settings.driver === 'docker')
    return [note('The browser is in the image of workers, and is started there.')];
  const failures: Finding[] = [];
  for (const path of browserCandidates(settings.browserPath)) {
    if (!existsSync(path)) {
      failures.push(
        broken(`BROWSER_PATH names ${path}, which is not there.`, { mend: 'Correct or unset BROWSER_PATH.' }),
      );
      continue;
    }
    try {
      return [...failures, ...foundBrowser(await startBrowserOnce(path))];
    } catch (error) {
      failures.push(
        warning(`${path} does not start: ${firstLine(error)}`, {
          mend: `See what it says: ${path} --no-sandbox --dump-dom about:blank`,
        }),
      );
    }
  }
  return [
    ...failures,
    broken('No browser starts on this machine.', {
      mend: 'apt-get install chromium-headless-shell, or npm run setup, which fetches one',
    }),
  ];
}

function foundBrowser({ executablePath, version, sandbox: hasSandbox }: Browser): Finding[] {
  const isOld = Number(version.split('.', 1)[0]) < testedVersions.browser.oldest;
  return [
    isOld
      ? warning(`${executablePath} is ${version}, which is old; WhatsApp Web may refuse it.`, {
          mend: 'apt-get install --only-upgrade chromium-headless-shell, or the package that it came with',
        })
      : well(`${executablePath} ${version} starts`),
    hasSandbox
      ? sandbox.well('The browser starts with its sandbox')
      : sandbox.warning('Browsers run without their sandbox: only system users keep tenants apart.', {
          mend: sandboxMend(),
        }),
  ];
}

/** What a system that forbids user namespaces is told by; each kind has its own switch. */
const switches = [
  ['/proc/sys/kernel/unprivileged_userns_clone', '0', 'sysctl -w kernel.unprivileged_userns_clone=1'],
  [
    '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
    '1',
    'sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
  ],
  ['/proc/sys/user/max_user_namespaces', '0', 'sysctl -w user.max_user_namespaces=15000'],
] as const;

function sandboxMend(): string {
  const found = switches.find(([path, off]) => readText(path)?.trim() === off);
  return (
    found?.[2] ??
    'Allow unprivileged user namespaces: in a container, by a seccomp profile that lets it call clone and unshare'
  );
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

const firstLine = (error: unknown) =>
  ((error as { stderr?: string }).stderr?.trim() || (error as Error).message).split('\n', 1)[0] ?? '';
