import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Drops what browsers before this one left in the tenant's temp folder: each that was killed leaves some, and a worker
 * may live for months. No browser may run. Never throws: what can't be dropped is in nobody's way.
 */
export async function clearTemp(tenantDir: string): Promise<void> {
  const folder = join(tenantDir, 'tmp');
  const names = await readdir(folder).catch(() => []);
  await Promise.all(
    names.map((name) => rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined)),
  );
}
