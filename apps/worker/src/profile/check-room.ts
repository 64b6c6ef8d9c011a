import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { lackOf } from '@wafleet/runtime';
import type { Obstacle } from './check-profile';

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
