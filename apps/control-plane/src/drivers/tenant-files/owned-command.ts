import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { ProfileFilesError, type ProfileOwner } from '../profile-files';

const commandTimeoutMs = 300_000;

/** Starts a command of this machine as the tenant's own user: what a worker left opens nothing that it could not open itself. */
export function runAsOwner(
  { osUid }: Pick<ProfileOwner, 'osUid'>,
  command: string,
  args: readonly string[],
): ChildProcess {
  const user = osUid === null ? {} : { uid: osUid, gid: osUid };
  return spawn(command, args, {
    ...user,
    cwd: '/',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' },
    stdio: 'pipe',
    timeout: commandTimeoutMs,
  });
}

/**
 * Unpacks a tar into a folder that is made for it.
 * @throws what the tar fails with, or ProfileFilesError
 */
export async function unpackAsOwner(
  owner: Pick<ProfileOwner, 'osUid'>,
  tar: Readable,
  folder: string,
): Promise<void> {
  const into = 'mkdir -m 700 -- "$1" && exec tar -C "$1" --no-same-owner --no-overwrite-dir -xf -';
  const child = runAsOwner(owner, 'sh', ['-c', into, 'unpack', folder]);
  const ended = Promise.all([exitOf(child), text(child.stderr as Readable)]);
  await pipeline(tar, child.stdin as NonNullable<ChildProcess['stdin']>).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  const [code, words] = await ended;
  if (code !== 0)
    throw new ProfileFilesError(`The profile could not be written: ${lastLine(words) ?? `code ${code}`}.`);
}

export function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new ProfileFilesError('A command is missing on this machine.', { cause })),
    );
    child.once('close', (code) => resolve(code));
  });
}

export function lastLine(words: string): string | null {
  return words.trim().split('\n').at(-1)?.slice(0, 200) || null;
}
