import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { reachableCopy } from '../files/reachable';

const bundle = resolve(__dirname, '../../../../apps/worker/dist/worker.cjs');

/**
 * The worker's bundle and the Node that runs it, at paths that the users of tenants can reach when root starts their
 * processes from a closed home.
 */
export async function workerProgram(): Promise<{ bundle: string; node: string }> {
  if (process.getuid?.() !== 0) return { bundle, node: process.execPath };
  const hash = createHash('sha256')
    .update(await readFile(bundle))
    .digest('hex')
    .slice(0, 16);
  const folder = await reachableCopy(dirname(bundle), `worker-${hash}`);
  const node = await reachableCopy(process.execPath, `node-${process.version}`);
  return { bundle: join(folder, basename(bundle)), node };
}
