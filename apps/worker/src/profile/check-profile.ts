import { constants } from 'node:fs';
import { access as checkAccess, lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reason } from '@wafleet/contracts';
import { findForeignFile } from './check-owners';
import { findLackOfRoom } from './check-room';
import { freeStaleLock } from './free-lock';

/** What keeps a browser from opening, in words that name the place, what is there and what is needed. */
export interface Obstacle {
  reason: Reason;
  detail: string;
}

export interface ProfileNeeds {
  sandbox: boolean;
  /** A login lies in the profile: without one it is damaged. */
  hasLogin: boolean;
}

const entered = constants.R_OK | constants.X_OK;
const written = entered | constants.W_OK;
/** `run` may belong to whoever started us; only files in it are ours. */
const neededAccess = [
  ['profile', written],
  ['home', written],
  ['tmp', written],
  ['trash', written],
  ['run', entered],
] as const;

/** What must hold before a browser may open: README.md in this folder lists it. The first obstacle, or null. Never throws. */
export async function checkProfile(tenantDir: string, needs: ProfileNeeds): Promise<Obstacle | null> {
  if (needs.sandbox && process.getuid?.() === 0) {
    return {
      reason: 'permission_denied',
      detail: 'the browser has no sandbox under root; start the worker as an ordinary user',
    };
  }
  const checks = [
    () => findLackOfRoom(tenantDir),
    () => findClosedFolder(tenantDir),
    () => findForeignFile(join(tenantDir, 'profile')),
    () => freeStaleLock(tenantDir),
    () => (needs.hasLogin ? findEmptyProfile(tenantDir) : null),
  ];
  for (const check of checks) {
    const obstacle = await check();
    if (obstacle !== null) return obstacle;
  }
  return null;
}

/** Folders that are missing are made. */
export async function findClosedFolder(tenantDir: string): Promise<Obstacle | null> {
  for (const [name, access] of neededAccess) {
    const folder = join(tenantDir, name);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await checkAccess(folder, access);
    } catch (error) {
      return obstacleAt(folder, (error as NodeJS.ErrnoException).code ?? 'unknown');
    }
  }
  return null;
}

async function obstacleAt(folder: string, code: string): Promise<Obstacle> {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return { reason: 'disk_full', detail: `no room for ${folder}` };
    case 'EROFS':
      return { reason: 'permission_denied', detail: `${folder} is on a file system that can only be read` };
    default: {
      const owner = await lstat(folder).then(
        ({ uid }) => ` and belongs to user ${uid}`,
        () => '',
      );
      return {
        reason: 'permission_denied',
        detail: `${folder} must be open to user ${process.getuid?.()}; it is not (${code})${owner}`,
      };
    }
  }
}

/** The coarse look: inside a profile everything is the browser's own business, and changes with its versions. */
async function findEmptyProfile(tenantDir: string): Promise<Obstacle | null> {
  const session = join(tenantDir, 'profile', 'session');
  const entries = await readdir(session).catch(() => []);
  if (entries.length > 0) return null;
  return { reason: 'profile_corrupt', detail: `the login is gone: there is no profile at ${session}` };
}
