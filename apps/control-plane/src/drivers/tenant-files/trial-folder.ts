import { constants } from 'node:fs';
import { chmod, chown, lstat, mkdir, open, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type LoginFound, type LoginTrial, LoginTrialError, type TrialEngine } from '../login-trial';
import { ProfileFilesError, type ProfileOwner } from '../profile-files';
import { systemErrorCode } from '../../system-error';
import { exitOf, runAsOwner, unpackAsOwner } from './owned-command';

/** Beside the tenants' folders, where every engine reaches it. */
export const trialFolderName = '.trial';

const maxFoundBytes = 4_096;
const foundSchema = z.union([
  z.object({ number: z.string().nullable(), keys: z.number().int() }),
  z.object({ problem: z.string() }),
]);

/** Trials in one folder, which belongs to root, so that the tenant's own user has only what lies in `files`. */
export function createLoginTrial(options: {
  tenantsDir: string;
  engine: TrialEngine;
  timeoutMs: number;
}): LoginTrial {
  const { engine, timeoutMs } = options;
  const root = join(options.tenantsDir, trialFolderName);
  const folder = join(root, 'files');

  return {
    async run(owner, tar, signal) {
      await sweep();
      try {
        await make(owner);
        await unpackAsOwner(owner, tar, join(folder, 'profile'));
        await engine.run({ owner, folder, timeoutMs }, signal);
        return await readFound();
      } finally {
        await sweep();
      }
    },
    sweep,
  };

  async function make({ osUid }: ProfileOwner): Promise<void> {
    await mkdir(root, { recursive: true });
    await chmod(root, 0o711);
    await mkdir(folder, { mode: 0o700 });
    if (osUid !== null) await chown(folder, osUid, osUid);
    const made = runAsOwner({ osUid }, 'mkdir', ['-m', '700', join(folder, 'home'), join(folder, 'tmp')]);
    if ((await exitOf(made)) !== 0) throw new LoginTrialError(`No folder can be made in ${folder}.`);
  }

  async function readFound(): Promise<LoginFound> {
    const file = await open(join(folder, 'found.json'), readSafely).catch((cause: unknown) => {
      const problem = 'The browser could not be used: it was ended before it told anything.';
      throw new LoginTrialError(problem, { cause });
    });
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(maxFoundBytes), 0, maxFoundBytes, 0);
      const found = foundSchema.parse(JSON.parse(buffer.toString('utf8', 0, bytesRead)));
      if ('problem' in found)
        throw new LoginTrialError(`The browser could not be used: ${found.problem.slice(0, 300)}`);
      return found;
    } finally {
      await file.close();
    }
  }

  async function sweep(): Promise<void> {
    const left = await lstat(folder).catch((error: unknown) => {
      if (systemErrorCode(error) === 'ENOENT') return null;
      throw error;
    });
    if (left === null) return;
    await engine.end(folder);
    const osUid = process.getuid?.() === 0 && left.uid !== 0 ? left.uid : null;
    const emptied = runAsOwner({ osUid }, 'find', [folder, '-mindepth', '1', '-delete']);
    if ((await exitOf(emptied)) !== 0) throw new ProfileFilesError(`${folder} can't be emptied.`);
    await rmdir(folder);
    await rmdir(root);
  }
}

/** What the browser's user put there may be anything. */
const readSafely = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
