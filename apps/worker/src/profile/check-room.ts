import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Obstacle } from './check-profile';

/** Below this a browser damages its profile sooner or later. */
const minimumFreeBytes = 64 * 1024 * 1024;
/** Files are made all the time, and a file system can run out of them before it runs out of room. */
const minimumFreeFiles = 1_000;

/** What the file system has left, as statfs(2) tells it to an ordinary user. */
export interface Room {
  bavail: number;
  bsize: number;
  /** 0 on file systems that count no files. */
  files: number;
  ffree: number;
}

/** In the tenant's folder, and in its profile, which may be a volume of its own. */
export async function findLackOfRoom(tenantDir: string): Promise<Obstacle | null> {
  for (const folder of [tenantDir, join(tenantDir, 'profile')]) {
    const room = await statfs(folder).catch(() => null);
    // A folder that can't be looked at is told of by the check of access.
    const lack = room === null ? null : lackOf(room);
    if (lack !== null) return { reason: 'disk_full', detail: `${lack} at ${folder}` };
  }
  return null;
}

export function lackOf({ bavail, bsize, files, ffree }: Room): string | null {
  if (bavail * bsize < minimumFreeBytes)
    return `${inMegabytes(bavail * bsize)} MB are free and ${inMegabytes(minimumFreeBytes)} MB are needed`;
  if (files > 0 && ffree < minimumFreeFiles)
    return `room for ${ffree} files is free and for ${minimumFreeFiles} is needed`;
  return null;
}

function inMegabytes(bytes: number): number {
  return Math.floor(bytes / 1024 / 1024);
}
