import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkerBuild } from '@wafleet/contracts';
import { systemErrorCode } from '../../system-error';
import { DriverError } from '../worker-driver';

/** What is configured goes by this name, which no release can have. */
const configured = '(configured)';

/** The builds of the worker that lie on this machine: the configured bundle, and a folder per release. */
export interface WorkerBuilds {
  /** @throws DriverError image_missing */
  find(version: string | null): Promise<WorkerBuild>;
  /** Still there, with the same content. */
  has(build: WorkerBuild): Promise<boolean>;
  /** Where the build's program is. @throws DriverError image_missing */
  bundleOf(build: WorkerBuild | null): string;
}

export function createWorkerBuilds(options: { bundle: string; releasesDir: string | null }): WorkerBuilds {
  const { bundle, releasesDir } = options;
  /** Read again where the file is another one by now. */
  const known = new Map<string, { of: string; id: string }>();

  function bundleOf(name: string): string {
    if (name === configured) return bundle;
    if (releasesDir === null)
      throw new DriverError('image_missing', 'WORKER_RELEASES_DIR names no folder of releases.');
    return join(releasesDir, name, 'worker.cjs');
  }

  async function find(name: string): Promise<WorkerBuild> {
    const path = bundleOf(name);
    try {
      return { name, id: await idOf(path) };
    } catch (cause) {
      throw new DriverError('image_missing', `There is no worker at ${path} (${systemErrorCode(cause)}).`, {
        cause,
      });
    }
  }

  /** Of the program and of the bundle beside it, which it loads. */
  async function idOf(path: string): Promise<string> {
    const files = [path, path.replace(/\.cjs$/, '.bundle.cjs')];
    const stats = await Promise.all(files.map((file) => stat(file).catch(() => null)));
    const of = stats.map((one) => (one === null ? '-' : `${one.ino} ${one.size} ${one.mtimeMs}`)).join(', ');
    const before = known.get(path);
    if (before?.of === of) return before.id;
    const hash = createHash('sha256');
    for (const [index, file] of files.entries())
      if (index === 0 || stats[index] !== null) hash.update(await readFile(file));
    const id = `sha256:${hash.digest('hex')}`;
    known.set(path, { of, id });
    return id;
  }

  return {
    find: (version) => find(version ?? configured),
    async has({ name, id }) {
      const found = await find(name).catch((error: unknown) => {
        if (error instanceof DriverError) return null;
        throw error;
      });
      return found?.id === id;
    },
    bundleOf: (build) => bundleOf(build?.name ?? configured),
  };
}
