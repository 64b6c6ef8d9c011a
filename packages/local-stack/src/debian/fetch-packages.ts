import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Debian packages could not be had; the message is one clause that says why. */
export class PackagesUnavailable extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'PackagesUnavailable';
  }
}

/**
 * Unpacks Debian packages, and those of their dependencies that this system lacks, into a folder: as any user, without
 * installing anything. apt keeps its lists and locks in a folder of ours, so that root's are neither needed nor touched.
 * The folder appears when it is whole; one that is there already is left as it is.
 * @throws PackagesUnavailable where there is no apt, no network, or no such package
 */
export async function fetchDebianPackages(packages: string[], into: string): Promise<void> {
  await mkdir(dirname(into), { recursive: true });
  const work = await mkdtemp(`${into}.`);
  try {
    const archives = await download(packages, work);
    const root = join(work, 'root');
    await mkdir(root, { mode: 0o755 });
    for (const archive of archives) await run('dpkg-deb', ['-x', archive, root], { timeout: 60_000 });
    await rename(root, into).catch((error: NodeJS.ErrnoException) => {
      // Another run was faster.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } catch (cause) {
    throw new PackagesUnavailable(reasonOf(cause), { cause });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function download(packages: string[], work: string): Promise<string[]> {
  const archives = join(work, 'cache/archives');
  await mkdir(join(work, 'lists/partial'), { recursive: true });
  await mkdir(join(archives, 'partial'), { recursive: true });
  const options = [
    ...['-o', `Dir::State::lists=${join(work, 'lists')}`],
    ...['-o', `Dir::Cache=${join(work, 'cache')}`],
    // Locks are for the system's own state; nothing of it is changed. apt's download user can't enter our folder.
    ...['-o', 'Debug::NoLocking=1', '-o', 'APT::Sandbox::User=root', '-o', 'Acquire::Retries=2'],
  ];
  const quiet = { maxBuffer: 16_000_000, timeout: 180_000, env: { ...process.env, LC_ALL: 'C' } };
  await run('apt-get', [...options, '-q', 'update'], quiet);
  const install = ['-q', '-y', '--download-only', '--no-install-recommends', '--reinstall', 'install'];
  await run('apt-get', [...options, ...install, ...packages], quiet);
  const names = await readdir(archives);
  return names.filter((name) => name.endsWith('.deb')).map((name) => join(archives, name));
}

function reasonOf(cause: unknown): string {
  const { code, stderr, message } = cause as { code?: unknown; stderr?: string; message: string };
  if (code === 'ENOENT') return 'this system has no apt-get';
  const lines = (stderr ?? '').split('\n').filter((line) => /^E: /.test(line));
  return lines.at(-1)?.slice(3) ?? message.split('\n')[0] ?? 'unknown';
}
