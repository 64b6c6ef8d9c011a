import { findForeignFiles } from '@wafleet/runtime';
import type { Obstacle } from './check-profile';

/**
 * The first file or folder below, or at, the path that belongs to another user, as after a copy by root. A browser
 * would fail on it long after its start, or silently begin a new store beside it.
 * @param limit entries that are looked at
 */
export async function findForeignFile(path: string, limit?: number): Promise<Obstacle | null> {
  const needed = process.getuid?.();
  const [foreign] = await findForeignFiles(path, needed, {
    most: 1,
    ...(limit === undefined ? {} : { limit }),
  });
  if (foreign === undefined) return null;
  return {
    reason: 'permission_denied',
    detail: `${foreign.path} belongs to user ${foreign.uid}; it must belong to user ${needed}`,
  };
}
