import { accessSync, chmodSync, constants, readFileSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, findingsOf } from '../finding';
import type { Machine } from '../machine';

const { well, note, broken } = findingsOf('data folder');

/** Files that open everything; only their owner may read them. */
const secretFiles = ['access.json', 'postgres-password', 'master.key', 'master.key.next'];

/** That it is there, whole, ours, and closed to others. */
export async function checkDataFolder({ places }: Machine): Promise<Finding[]> {
  const { dataDir } = places;
  const folder = statOf(dataDir);
  if (folder === null)
    return [
      note(`There is no installation in ${dataDir}.`, {
        mend: 'npm start makes one; or name the folder of yours (DATA_DIR)',
      }),
    ];
  const findings = [...findMissingHalf(places), ...findClosed(dataDir, folder), ...findOpen(dataDir, folder)];
  return findings.length > 0
    ? findings
    : [well(`${dataDir} belongs to user ${folder.uid} and is closed to others`)];
}

/** Started by root, what other users must reach may lie elsewhere; one half without the other is worth nothing. */
function findMissingHalf({ dataDir, tenantsDir }: Machine['places']): Finding[] {
  const mine = readId(join(dataDir, 'installation.json'));
  if (mine?.sharedDir === undefined || mine.sharedDir === null) return [];
  const other = readId(join(mine.sharedDir, 'installation.json'));
  if (other?.id === mine.id) return [];
  return [
    broken(
      other === null
        ? `Database and tenants lie in ${mine.sharedDir}, which is missing.`
        : `${mine.sharedDir} belongs to another installation than ${dataDir}.`,
      { mend: `Put the folder back that ${tenantsDir} was in`, about: mine.sharedDir },
    ),
  ];
}

function findClosed(dataDir: string, folder: Stats): Finding[] {
  try {
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    return [];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const us = process.getuid?.();
    return [
      broken(
        code === 'EROFS'
          ? `${dataDir} is on a file system that can only be read.`
          : `${dataDir} belongs to user ${folder.uid} and is closed to user ${us} (${code}).`,
        {
          about: dataDir,
          mend:
            code === 'EROFS'
              ? `mount -o remount,rw ${dataDir}, and see in dmesg why it was mounted so`
              : `Run this as user ${folder.uid}, or: chown -R ${us} ${dataDir}`,
        },
      ),
    ];
  }
}

function findOpen(dataDir: string, folder: Stats): Finding[] {
  const open = [
    ...((folder.mode & 0o022) !== 0 ? [{ path: dataDir, mode: folder.mode & ~0o022, can: 'write to' }] : []),
    ...secretFiles.flatMap((name) => {
      const path = join(dataDir, name);
      const mode = statOf(path)?.mode ?? 0;
      return (mode & 0o077) === 0 ? [] : [{ path, mode: 0o600, can: 'read' }];
    }),
  ];
  return open.map(({ path, mode, can }) => {
    const command = `chmod ${(mode & 0o777).toString(8)} ${path}`;
    return broken(`Other users of this machine can ${can} ${path}.`, {
      about: path,
      mend: command,
      fix: { does: command, run: () => chmodSync(path, mode & 0o777) },
    });
  });
}

function readId(path: string): { id?: string; sharedDir?: string | null } | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as { id?: string; sharedDir?: string | null };
  } catch {
    return null;
  }
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}
