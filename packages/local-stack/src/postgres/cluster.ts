import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { readIfPresent, writePrivateFile } from '../files/private-file';
import type { SystemUser } from '../processes/system-user';
import { StackError } from '../stack-error';
import type { PostgresBinaries } from './binaries';

export const databaseRole = 'wafleet';

/**
 * Makes the cluster on first use and returns the password of its only role. A cluster whose making was cut short is
 * never used, because it gets its name when it is whole.
 * @throws StackError when the cluster belongs to another user, or its password is lost
 */
export async function ensureCluster(options: {
  binaries: PostgresBinaries;
  clusterDir: string;
  passwordFile: string;
  user: SystemUser | undefined;
}): Promise<string> {
  const { clusterDir, passwordFile, user } = options;
  const owner = await ownerOf(clusterDir);
  if (owner === null) return createCluster(options);
  const runsAs = user?.uid ?? process.getuid?.();
  if (owner !== runsAs) {
    throw new StackError(
      `The database in ${clusterDir} belongs to user ${owner} and would run as ${runsAs}; start as the user who made it, or set DATA_DIR to another folder.`,
    );
  }
  const password = await readIfPresent(passwordFile);
  if (password === null) {
    throw new StackError(
      `The password of the database in ${clusterDir} is missing; put ${passwordFile} back.`,
    );
  }
  return password;
}

async function createCluster({
  binaries,
  clusterDir,
  passwordFile,
  user,
}: Parameters<typeof ensureCluster>[0]): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  const unfinished = `${clusterDir}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(dirname(clusterDir), { recursive: true });
  await mkdir(unfinished, { mode: 0o700 });
  const givenPassword = join(unfinished, '.password');
  await writeFile(givenPassword, password, { mode: 0o600 });
  if (user) await Promise.all([unfinished, givenPassword].map((path) => chown(path, user.uid, user.gid)));
  // initdb wants an empty folder, so the cluster lies one level deeper until it is whole.
  const cluster = join(unfinished, 'cluster');
  await initdb(binaries, { cluster, givenPassword, user });
  await writePrivateFile(passwordFile, password);
  await rename(cluster, clusterDir);
  await rm(unfinished, { recursive: true });
  return password;
}

async function initdb(
  binaries: PostgresBinaries,
  { cluster, givenPassword, user }: { cluster: string; givenPassword: string; user: SystemUser | undefined },
): Promise<void> {
  const args = ['-D', cluster, '-U', databaseRole, `--pwfile=${givenPassword}`, '--auth=scram-sha-256'];
  try {
    await promisify(execFile)(
      binaries.initdb,
      [...args, '--locale=C', '--encoding=UTF8', '--no-instructions'],
      {
        ...user,
        cwd: '/',
        env: { PATH: process.env.PATH, LANG: 'C' },
        timeout: 120_000,
      },
    );
  } catch (cause) {
    const output = (cause as { stderr?: string }).stderr?.trim() ?? '';
    throw new StackError(
      `The database could not be set up in ${dirname(cluster)}: ${output || String(cause)}`,
      {
        cause,
      },
    );
  }
}

async function ownerOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).uid;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
