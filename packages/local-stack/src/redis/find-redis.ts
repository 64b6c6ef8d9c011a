import { existsSync, renameSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fetchDebianPackages, PackagesUnavailable } from '../debian/fetch-packages';
import { programsDir } from '../files/programs-dir';

export interface RedisServer {
  path: string;
  env: NodeJS.ProcessEnv;
}

/**
 * A Redis server: one on the PATH, else one fetched from Debian, else null where there is none to be had. Debian's
 * redis-tools suffices: its redis-check-rdb is the server under another name.
 */
export async function findRedis(): Promise<RedisServer | null> {
  const installed = onPath('redis-server') ?? onPath('valkey-server');
  if (installed) return { path: installed, env: {} };
  const checker = onPath('redis-check-rdb');
  if (checker) return { path: asServer(checker), env: {} };
  return fetchRedis();
}

async function fetchRedis(): Promise<RedisServer | null> {
  const root = join(programsDir(), 'redis');
  try {
    if (!existsSync(root)) await fetchDebianPackages(['redis-tools'], root);
  } catch (error) {
    if (error instanceof PackagesUnavailable) return null;
    throw error;
  }
  const library = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
  const libraries = [join(root, 'usr/lib', library), join(root, 'lib', library)];
  return {
    path: asServer(join(root, 'usr/bin/redis-check-rdb')),
    env: { LD_LIBRARY_PATH: libraries.join(':') },
  };
}

/** What the program does depends on the name it is called by. */
function asServer(checker: string): string {
  const link = join(programsDir(), 'redis-server');
  const made = `${link}.${process.pid}`;
  symlinkSync(checker, made);
  renameSync(made, link);
  return link;
}

function onPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}
