import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { chownSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TenantId } from '@wafleet/contracts';
import { createDatabase, type Database } from '@wafleet/db';
import { createLogger } from '@wafleet/runtime';
import { createTestDatabase, tempDir } from '@wafleet/testing';
import { killTenantProcesses } from '../../src/drivers/process/process-tree';
import { createTenantStorage } from '../../src/drivers/tenant-files/tenant-storage';
import { cleanUp } from '../../src/jobs/cleanup';
import { createNewId } from '../../src/new-id';
import { supervisionPolicySchema } from '../../src/supervisor/decide/policy';
import { storageCleanup } from '../../src/supervisor/storage/storage-cleanup';

const newId = createNewId();
const policy = supervisionPolicySchema.parse({});
const dayMs = 24 * 60 * 60 * 1_000;
const isRoot = process.getuid?.() === 0;
const tenantUid = 1_234_567_890;

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
let folder: Awaited<ReturnType<typeof tempDir>>;
let tenantsDir: string;
let at: number;
let logLines: string[];

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, maxConnections: 2 });
});
afterAll(async () => {
  await db.$disconnect();
  await database.drop();
});
beforeEach(async () => {
  folder = await tempDir('wafleet-storage-');
  tenantsDir = join(folder.path, 'tenants');
  mkdirSync(tenantsDir, { mode: 0o711 });
  at = Date.parse('2026-11-25T12:00:00Z');
  logLines = [];
});
afterEach(async () => {
  await db.tenant.deleteMany();
  await folder.remove();
});

function cleanup(): () => Promise<void> {
  const now = () => new Date(at);
  const log = createLogger({
    name: 'test',
    level: 'info',
    destination: { write: (line: string) => void logLines.push(line) },
  });
  const storage = createTenantStorage({
    tenantsDir,
    driver: { kill: (tenantId) => killTenantProcesses(tenantsDir, tenantId) },
    now,
  });
  const tasks = storageCleanup({ db, storage, policy, now, log });
  return () => cleanUp(tasks);
}

/** A folder as the driver makes it, with a profile; its row too, where it is known. */
async function tenant({ isKnown }: { isKnown: boolean }): Promise<TenantId> {
  const id = newId('ten') as TenantId;
  if (isKnown) await db.tenant.create({ data: { id, name: 'Shop' } });
  const root = join(tenantsDir, id);
  mkdirSync(join(root, 'profile'), { recursive: true });
  mkdirSync(join(root, 'trash'));
  writeFileSync(join(root, 'profile/keys'), 'x');
  return id;
}

function discard(tenantId: TenantId, name: string): string {
  const path = join(tenantsDir, tenantId, 'trash', name);
  mkdirSync(path);
  writeFileSync(join(path, 'keys'), 'x');
  if (isRoot) for (const owned of [path, join(path, 'keys')]) chownSync(owned, tenantUid, tenantUid);
  return path;
}

describe('the trash of a tenant', () => {
  it('is dropped once it is old, damaged profiles later, and nothing else is', async () => {
    const id = await tenant({ isKnown: true });
    if (isRoot) chownSync(join(tenantsDir, id, 'trash'), tenantUid, tenantUid);
    const old = discard(id, '2026-11-10T00-00-00.000Z');
    const damaged = discard(id, '2026-11-10T00-00-00.000Z-damaged');
    const fresh = discard(id, '2026-11-25T00-00-00.000Z');
    const run = cleanup();
    await run();
    expect([old, damaged, fresh].map((path) => existsSync(path))).toEqual([false, true, true]);
    at += 30 * dayMs;
    await run();
    expect(readdirSync(join(tenantsDir, id, 'trash'))).toEqual([]);
    expect(existsSync(join(tenantsDir, id, 'profile/keys'))).toBe(true);
  });

  it('is dropped as its owner: a link in it leads to nothing that is lost', async () => {
    const id = await tenant({ isKnown: true });
    if (isRoot) chownSync(join(tenantsDir, id, 'trash'), tenantUid, tenantUid);
    const precious = join(folder.path, 'precious');
    mkdirSync(precious);
    writeFileSync(join(precious, 'keys'), 'x');
    const old = discard(id, '2026-11-10T00-00-00.000Z');
    symlinkSync(precious, join(old, 'link'));
    await cleanup()();
    expect(existsSync(old)).toBe(false);
    expect(existsSync(join(precious, 'keys'))).toBe(true);
    expect(statSync(precious).uid).toBe(process.getuid?.());
  });
});

describe('a folder that no row knows', () => {
  it('is set aside after its grace, told in the log, and dropped after a month', async () => {
    const known = await tenant({ isKnown: true });
    const unknown = await tenant({ isKnown: false });
    const run = cleanup();
    await run();
    at += policy.trash.unknownGraceMs - 1;
    await run();
    expect(existsSync(join(tenantsDir, unknown, 'profile/keys'))).toBe(true);
    at += 1;
    await run();
    expect(existsSync(join(tenantsDir, unknown))).toBe(false);
    expect(existsSync(join(tenantsDir, known, 'profile/keys'))).toBe(true);
    const [aside] = readdirSync(join(tenantsDir, '.trash'));
    expect(aside).toMatch(new RegExp(`-${unknown}$`));
    expect(existsSync(join(tenantsDir, '.trash', aside as string, 'profile/keys'))).toBe(true);
    expect(logLines.map((line) => JSON.parse(line) as unknown)).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        tenantId: unknown,
        path: join(tenantsDir, '.trash', aside as string),
      }),
    );
    at += policy.trash.unknownDays * dayMs;
    await run();
    expect(readdirSync(join(tenantsDir, '.trash'))).toEqual([]);
  });

  it('stays where its row comes back within the grace', async () => {
    const id = await tenant({ isKnown: false });
    const run = cleanup();
    await run();
    await db.tenant.create({ data: { id, name: 'Shop' } });
    at += policy.trash.unknownGraceMs;
    await run();
    await db.tenant.delete({ where: { id } });
    await run();
    expect(existsSync(join(tenantsDir, id, 'profile/keys'))).toBe(true);
  });

  it('is left with all others where most are unknown: then the database is the wrong one', async () => {
    await tenant({ isKnown: true });
    const unknown: TenantId[] = [];
    for (let count = 0; count < 5; count += 1) unknown.push(await tenant({ isKnown: false }));
    const run = cleanup();
    for (let repeat = 0; repeat < 2; repeat += 1) {
      await run();
      at += 2 * policy.trash.unknownGraceMs;
    }
    expect(unknown.every((id) => existsSync(join(tenantsDir, id, 'profile/keys')))).toBe(true);
    expect(logLines.join('')).toContain('most folders belong to no tenant');
  });

  it('is the only thing that is touched: other files and folders stay', async () => {
    for (const name of ['notes.txt', 'lost+found', 'ten_short'])
      mkdirSync(join(tenantsDir, name), { recursive: true });
    const run = cleanup();
    await run();
    at += 2 * policy.trash.unknownGraceMs;
    await run();
    expect(readdirSync(tenantsDir).sort()).toEqual(['lost+found', 'notes.txt', 'ten_short']);
  });
});
