import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * - `used`: its login has ended
 * - `damaged`: its login was lost; kept for longer, because somebody may want to look into it
 */
export type DiscardedAs = 'used' | 'damaged';

/**
 * Moves the profile to the tenant's trash, where the cleanup removes it later; a fresh one is empty. Only after the
 * browser is proven gone. Nothing to move is fine.
 */
export async function discardProfile(tenantDir: string, now: Date, as: DiscardedAs): Promise<void> {
  const trash = join(tenantDir, 'trash');
  await mkdir(trash, { recursive: true, mode: 0o700 });
  const stamp = now.toISOString().replaceAll(':', '-');
  try {
    await rename(join(tenantDir, 'profile'), join(trash, as === 'damaged' ? `${stamp}-damaged` : stamp));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
