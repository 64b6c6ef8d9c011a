import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isTenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { ConfigError } from '@wafleet/runtime';
import { z } from 'zod';

export interface Instance {
  id: string;
  /** Part of the ids of live events: another one after a database was made anew. */
  epoch: string;
}

const fileSchema = z.object({ id: z.string() });

/**
 * This installation's identity, which database and data folder carry alike; made at the first start. Profiles without
 * their rows, and rows without their profiles, are worth nothing, so a mismatch is refused.
 * @throws ConfigError naming the setting to correct
 */
export async function claimInstance(
  db: Database,
  folders: { dataDir: string; tenantsDir: string },
): Promise<Instance> {
  const path = join(folders.dataDir, 'instance.json');
  await mkdir(folders.dataDir, { recursive: true, mode: 0o755 });
  const inFolder = await readInstanceFile(path);
  const inDatabase = await db.instance.findFirst();
  if (inFolder !== null && inFolder !== inDatabase?.id)
    throw new ConfigError(
      'DATA_DIR belongs to another database than DATABASE_URL names; correct one of them.',
    );
  if (inFolder === null && inDatabase !== null && (await lacksProfiles(db, folders.tenantsDir)))
    throw new ConfigError(
      'TENANTS_DIR holds nothing of the tenants in the database; name the folder they were started with.',
    );
  const instance = inDatabase ?? (await createInstance(db));
  if (inFolder === null) {
    await writeFile(`${path}.next`, `${JSON.stringify({ id: instance.id })}\n`);
    await rename(`${path}.next`, path);
  }
  return { id: instance.id, epoch: instance.epoch };
}

/** The first number of ten thousand for this installation's system users; far from those of people and services. */
export function uidBaseOf(instanceId: string): number {
  const share = createHash('sha256').update(instanceId).digest().readUInt16BE();
  return 200_000 + share * 10_000;
}

/** Two processes may start at once on an empty database: the first row stays. */
async function createInstance(db: Database): Promise<Instance> {
  const epoch = randomUUID().slice(0, 8);
  return db.$transaction(async (tx) => {
    await tx.$executeRaw`LOCK TABLE instance IN EXCLUSIVE MODE`;
    return (
      (await tx.instance.findFirst()) ?? (await tx.instance.create({ data: { id: randomUUID(), epoch } }))
    );
  });
}

async function lacksProfiles(db: Database, tenantsDir: string): Promise<boolean> {
  const started = await db.workerProcess.count({ where: { generation: { gt: 0 } } });
  if (started === 0) return false;
  const names = await readdir(tenantsDir).catch(() => []);
  return !names.some((name) => isTenantId(name));
}

async function readInstanceFile(path: string): Promise<string | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new ConfigError(`DATA_DIR can't be read (${error.code}).`);
  });
  if (text === null) return null;
  try {
    return fileSchema.parse(JSON.parse(text)).id;
  } catch {
    throw new ConfigError(
      'instance.json in DATA_DIR can not be understood; restore it, or use another DATA_DIR.',
    );
  }
}
