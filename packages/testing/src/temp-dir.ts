import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isReachableByOthers } from '@wafleet/local-stack';

export interface TempDir {
  path: string;
  remove(): Promise<void>;
}

/** A folder of its own that processes of other users can pass through. */
export async function tempDir(prefix = 'wafleet-test-'): Promise<TempDir> {
  const own = join(tmpdir(), prefix);
  const path = await mkdtemp((await isReachableByOthers(own)) ? own : join('/var/tmp', prefix));
  await chmod(path, 0o755);
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 10 }) };
}
