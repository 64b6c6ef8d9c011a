import { readlink, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describeProcess, findLockHolder, readProcFile } from '@wafleet/runtime';
import type { Obstacle } from './check-profile';

/** A full Chromium's own lock: a link that names its machine and process. */
const ownLock = 'SingletonLock';
const ownLockFiles = [ownLock, 'SingletonCookie', 'SingletonSocket'];

/**
 * Names the process that uses the profile, or makes sure that none does. What is left of a browser that died is
 * removed: a full Chromium refuses a profile that was locked on another machine, although our own lock is free and
 * the generation of before is proven dead.
 */
export async function freeStaleLock(tenantDir: string): Promise<Obstacle | null> {
  const lock = join(tenantDir, 'run', 'browser.lock');
  const holder = findLockHolder(lock);
  if (holder !== null)
    return { reason: 'profile_locked', detail: `${holder.description} holds the lock ${lock}` };

  const session = join(tenantDir, 'profile', 'session');
  const owner = await readlink(join(session, ownLock)).catch(() => null);
  if (owner === null) return null;
  const pid = pidOnThisMachine(owner);
  if (pid !== null && usesProfile(pid, session))
    return { reason: 'profile_locked', detail: `${describeProcess(pid)} uses the profile ${session}` };
  for (const name of ownLockFiles) await rm(join(session, name), { force: true });
  return null;
}

/** `<machine>-<pid>` */
function pidOnThisMachine(owner: string): number | null {
  const dash = owner.lastIndexOf('-');
  return owner.slice(0, dash) === hostname() ? Number(owner.slice(dash + 1)) : null;
}

/** A pid alone may belong to another program by now. */
function usesProfile(pid: number, session: string): boolean {
  return readProcFile(pid, 'cmdline')?.includes(session) === true;
}
