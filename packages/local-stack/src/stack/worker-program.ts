import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { reachableCopy } from '../files/reachable';
import { repository } from '../repository';

const bundle = join(repository, 'apps/worker/dist/worker.cjs');

/**
 * The worker's bundle and the Node that runs it, at paths that the users of tenants can reach when root starts their
 * processes from a closed home.
 */
export async function workerProgram(): Promise<{ bundle: string; node: string }> {
  if (process.getuid?.() !== 0) return { bundle, node: process.execPath };
  const folder = await reachableCopy(dirname(bundle), `worker-${await hashOf(dirname(bundle))}`);
  const node = await reachableCopy(process.execPath, `node-${process.version}`);
  return { bundle: join(folder, basename(bundle)), node };
}

/** Of the contents of the folder's files. */
async function hashOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(folder)).sort()) hash.update(await readFile(join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}
