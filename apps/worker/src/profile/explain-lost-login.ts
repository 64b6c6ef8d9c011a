import { join } from 'node:path';
import { findClosedFolder, type Obstacle } from './check-profile';
import { findForeignFile } from './check-owners';
import { findLackOfRoom } from './check-room';

/**
 * Why a page asks for a scan, or can't open its store, although the profile held a login that nobody ended. Chromium
 * begins a new store where it can't read the old one and tells nobody, so the login is lost unless something that a
 * person can mend kept it from being read. Asked while the browser still runs.
 */
export async function explainLostLogin(tenantDir: string, sign: string): Promise<Obstacle> {
  return (
    (await findLackOfRoom(tenantDir)) ??
    (await findClosedFolder(tenantDir)) ??
    (await findForeignFile(join(tenantDir, 'profile'))) ?? {
      reason: 'profile_corrupt',
      detail: `${sign}, although nobody ended its login; the profile is kept in ${join(tenantDir, 'trash')}`,
    }
  );
}
