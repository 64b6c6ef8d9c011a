import { randomUUID } from 'node:crypto';
import { access, chmod, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfPresent, writePrivateFile } from '../files/private-file';
import { isReachableByOthers, sharedRoot } from '../files/reachable';
import { StackError } from '../stack-error';

/** Where the parts of one installation lie. */
export interface Places {
  dataDir: string;
  clusterDir: string;
  tenantsDir: string;
  logsDir: string;
}

/** Half of an installation knows which installation it is half of. */
interface Installation {
  id: string;
  /** Where Postgres's files and the tenants' folders lie; null: in the data folder itself. */
  sharedDir: string | null;
}

/**
 * Makes the data folder. Started by root, Postgres and the tenants run as other users; where they can't enter the data
 * folder, what is theirs lies in a second half below /var/lib/wafleet. Both halves carry the installation's id.
 * @throws StackError when the data folder can't be written to, or a half is missing, out of reach or another one's
 */
export async function preparePlaces(dataDir: string, options: { sharedRoot?: string } = {}): Promise<Places> {
  const runsAsRoot = process.getuid?.() === 0;
  const isOpen = !runsAsRoot || (await isReachableByOthers(dataDir));
  await makeDataDir(dataDir);
  // Passing through is what others need; nothing in it that is not theirs can be read by them.
  await chmod(dataDir, runsAsRoot && isOpen ? 0o711 : 0o700);

  const installation =
    (await readInstallation(dataDir)) ?? (await createInstallation(dataDir, { isOpen, ...options }));
  const sharedDir = await requireSharedHalf(dataDir, installation, isOpen);
  const places = placesOf(dataDir, sharedDir);
  await openFolder(places.tenantsDir);
  return places;
}

/** Where the parts of an installation lie that is there already; nothing is made or checked. */
export async function findPlaces(dataDir: string): Promise<Places> {
  const installation = await readInstallation(dataDir);
  return placesOf(dataDir, installation?.sharedDir ?? dataDir);
}

function placesOf(dataDir: string, sharedDir: string): Places {
  return {
    dataDir,
    clusterDir: join(sharedDir, 'postgres'),
    tenantsDir: join(sharedDir, 'tenants'),
    logsDir: join(dataDir, 'logs'),
  };
}

async function makeDataDir(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true });
    await access(dataDir, constants.W_OK);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new StackError(
      `${dataDir} can't be written to (${code}); set DATA_DIR to a folder of the user who starts this.`,
      { cause },
    );
  }
}

async function createInstallation(
  dataDir: string,
  options: { isOpen: boolean; sharedRoot?: string },
): Promise<Installation> {
  const id = randomUUID();
  const sharedDir = options.isOpen ? null : join(options.sharedRoot ?? sharedRoot, id);
  if (sharedDir) {
    await openFolder(sharedDir);
    await writeInstallation(sharedDir, { id, sharedDir });
  }
  await writeInstallation(dataDir, { id, sharedDir });
  return { id, sharedDir };
}

async function requireSharedHalf(
  dataDir: string,
  installation: Installation,
  isOpen: boolean,
): Promise<string> {
  const { id, sharedDir } = installation;
  if (sharedDir === null) {
    if (isOpen) return dataDir;
    throw new StackError(
      `The database lies in ${dataDir}, which other users can't enter, and root runs Postgres as another user; open the folders above it for passing through (chmod o+x), or start as the user who made it.`,
    );
  }
  const other = await readInstallation(sharedDir);
  if (other === null) {
    throw new StackError(
      `The database and the tenants of ${dataDir} lie in ${sharedDir}, which is missing; put it back, or remove ${dataDir} to start afresh.`,
    );
  }
  if (other.id !== id) {
    throw new StackError(
      `${dataDir} (installation ${id}) and ${sharedDir} (installation ${other.id}) don't belong together; put the right ones back.`,
    );
  }
  return sharedDir;
}

async function openFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true });
  await chmod(path, process.getuid?.() === 0 ? 0o711 : 0o700);
  return path;
}

const fileIn = (folder: string) => join(folder, 'installation.json');

async function readInstallation(folder: string): Promise<Installation | null> {
  const text = await readIfPresent(fileIn(folder));
  return text === null ? null : (JSON.parse(text) as Installation);
}

async function writeInstallation(folder: string, installation: Installation): Promise<void> {
  await writePrivateFile(fileIn(folder), JSON.stringify(installation));
}
