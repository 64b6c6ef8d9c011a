import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { repository } from '../repository';
import { sharedRoot } from './reachable';

/**
 * Where programs that we fetch are kept between runs; made when missing. Root's lies where the users of tenants reach
 * it; a user without a writable home keeps them beside the installed packages.
 */
export function programsDir(): string {
  const candidates =
    process.getuid?.() === 0
      ? [join(sharedRoot, 'programs')]
      : [join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'wafleet'), besidePackages];
  for (const folder of candidates) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 });
      accessSync(folder, constants.W_OK);
      return folder;
    } catch (error) {
      if (folder === candidates.at(-1)) throw error;
    }
  }
  throw new Error('unreachable: the last candidate is returned or throws');
}

const besidePackages = join(repository, 'node_modules/.cache/wafleet');
