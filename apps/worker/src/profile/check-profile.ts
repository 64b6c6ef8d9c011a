import { constants } from 'node:fs';
import { access as checkAccess, mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reason } from '@wafleet/contracts';

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

/** Below this a browser corrupts its profile sooner or later. */
const minimumFreeBytes = 64 * 1024 * 1024;

/**
 * What must hold before a browser may open: folders that can be written, room on the disk, a user for whom Chromium
 * has a sandbox. The reason why not, or null. Never throws.
 */
export async function checkProfile(
  tenantDir: string,
  sandbox: boolean,
): Promise<{ reason: Reason; detail: string } | null> {
  if (sandbox && process.getuid?.() === 0) {
    return {
      reason: 'permission_denied',
      detail: 'the browser has no sandbox under root; start the worker as an ordinary user',
    };
  }
  for (const [name, access] of neededAccess) {
    const folder = join(tenantDir, name);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await checkAccess(folder, access);
    } catch (error) {
      return obstacleOf(error, folder);
    }
  }
  return roomFor(tenantDir);
}

async function roomFor(tenantDir: string): Promise<{ reason: Reason; detail: string } | null> {
  const { bavail, bsize } = await statfs(tenantDir);
  if (bavail * bsize >= minimumFreeBytes) return null;
  return {
    reason: 'disk_full',
    detail: `less than ${minimumFreeBytes / 1024 / 1024} MB are free at ${tenantDir}`,
  };
}

function obstacleOf(error: unknown, folder: string): { reason: Reason; detail: string } {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
  if (code === 'ENOSPC') return { reason: 'disk_full', detail: `no room for ${folder}` };
  return {
    reason: 'permission_denied',
    detail: `${folder} must be open to user ${process.getuid?.()} (${code})`,
  };
}
