import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import {
  backupDatabase,
  type BackupManifest,
  createDatabase,
  type Database,
  readBackup,
  restoreDatabase,
} from '@wafleet/db';
import { createLogger } from '@wafleet/runtime';
import {
  createEmptyTestDatabase,
  createTestDatabase,
  migrationsDir,
  tempDir,
  type TempDir,
  type TestDatabase,
} from '@wafleet/testing';
import { createLeadership } from '../../src/leadership/leadership';
import { createNewId } from '../../src/new-id';
import { loadMasterKey } from '../../src/secrets/master-key';
import { createVault } from '../../src/secrets/vault';

const newId = createNewId();
const secret = Buffer.from('a password of a proxy');
/** What COPY has to escape, and what no letter stands for. */
const oddBody = 'Rolls\t\\N "ready"\n\\.\n🥐';

/** A database is lost; its backup is all that there is. */
describe("a database's backup", () => {
  let folder: TempDir;
  let lost: TestDatabase;
  let found: TestDatabase;
  let open: Database[];
  let tenantId: TenantId;
  let sealed: Uint8Array;

  beforeEach(async () => {
    open = [];
    folder = await tempDir('wafleet-backup-');
    [lost, found] = [await createTestDatabase(), await createEmptyTestDatabase()];
    const db = connect(lost);
    tenantId = newId('ten') as TenantId;
    await db.tenant.create({ data: { id: tenantId, name: 'Bakery', session: { create: {} } } });
    const accountId = newId('acc');
    await db.account.create({
      data: { id: accountId, tenantId, phoneNumber: '15550100161', linkedAt: new Date() },
    });
    for (let index = 0; index < 50; index++) await addEvent(db);
    await db.message.create({
      data: {
        id: newId('msg'),
        tenantId,
        accountId,
        direction: 'INBOUND',
        status: 'RECEIVED',
        chatId: '15550100162@c.us',
        fromMe: false,
        type: 'text',
        body: oddBody,
        timestamp: new Date(),
      },
    });
    await db.snapshot.create({
      data: {
        id: newId('snp'),
        tenantId,
        accountId,
        state: 'READY',
        trigger: 'by_hand',
        bytes: 5_000_000_000n,
      },
    });
    const vault = await vaultOf(db);
    sealed = await db.$transaction((tx) => vault.seal(tx, tenantId, 'proxy', secret));
  });
  afterEach(async () => {
    await Promise.all(open.map((db) => db.$disconnect()));
    await lost.drop();
    await found.drop();
    await folder.remove();
  });

  function connect({ url }: TestDatabase): Database {
    const db = createDatabase({ url, maxConnections: 2 });
    open.push(db);
    return db;
  }
  const vaultOf = async (db: Database) =>
    createVault({ db, masterKey: await loadMasterKey(db, { dataDir: folder.path, masterKey: undefined }) });
  const addEvent = (db: Database) =>
    db.tenantEvent.create({ data: { tenantId, type: 'action.requested', data: {} } });
  const file = () => join(folder.path, 'wafleet.backup');
  const take = () => backupDatabase({ url: lost.url, file: file(), wafleet: '0.1.0' });
  const restore = (into: TestDatabase, manifest: BackupManifest, replace = false) =>
    restoreDatabase({ url: into.url, file: file(), manifest, migrationsDir, replace });
  const namesIn = async (db: Database) => (await db.tenant.findMany()).map(({ name }) => name);

  it('brings back every row; keys open, sequences go on, and a second one says the same', async () => {
    const manifest = await take();
    expect(await readBackup(file())).toEqual(manifest);
    expect(await restore(found, manifest)).toEqual({ migrated: [] });

    const db = connect(found);
    expect(await (await vaultOf(db)).open(tenantId, 'proxy', sealed)).toEqual(secret);
    expect(await db.message.findMany()).toEqual([expect.objectContaining({ body: oddBody })]);
    expect(await db.snapshot.findMany()).toEqual([expect.objectContaining({ bytes: 5_000_000_000n })]);
    const newest = await db.tenantEvent.findFirstOrThrow({ orderBy: { seq: 'desc' } });
    expect((await addEvent(db)).seq).toBe(newest.seq + 1n);
    await db.tenantEvent.deleteMany({ where: { seq: { gt: newest.seq } } });
    // References hold again: what belongs to the tenant goes with it.
    const again = await backupDatabase({ url: found.url, file: `${file()}.2`, wafleet: '0.1.0' });
    expect(again.tables).toEqual(manifest.tables);
    expect(again.masterKeyId).toBe(manifest.masterKeyId);
    await db.tenant.delete({ where: { id: tenantId } });
    expect(await db.message.count()).toBe(0);
  }, 120_000);

  it('is refused where rows are, and replaces them when that is said', async () => {
    const manifest = await take();
    const db = connect(lost);
    await db.tenant.update({ where: { id: tenantId }, data: { name: 'Changed since' } });
    await expect(restore(lost, manifest)).rejects.toThrow(/not empty/);
    expect(await namesIn(db)).toEqual(['Changed since']);
    await restore(lost, manifest, true);
    expect(await namesIn(connect(lost))).toEqual(['Bakery']);
  }, 120_000);

  it('is refused while a control plane is active, whatever is said', async () => {
    const manifest = await take();
    const log = createLogger({ name: 'test', level: 'silent' });
    const leadership = createLeadership({ databaseUrl: lost.url, log });
    await leadership.acquire();
    try {
      await expect(restore(lost, manifest, true)).rejects.toThrow(/A control plane is active/);
    } finally {
      await leadership.release();
    }
    expect(await namesIn(connect(lost))).toEqual(['Bakery']);
  }, 120_000);

  it('that was damaged or cut short is refused before anything is touched, and one changed meanwhile leaves all as it was', async () => {
    const manifest = await take();
    const whole = await readFile(file());
    const changedAt = (at: number) => {
      const bytes = Buffer.from(whole);
      bytes[at]! ^= 1;
      return bytes;
    };
    const bad = [
      changedAt(0),
      changedAt(whole.length >> 1),
      changedAt(whole.length - 6),
      whole.subarray(0, -9),
    ];
    for (const bytes of [...bad, whole.subarray(0, 200), Buffer.from('a letter')]) {
      await writeFile(file(), bytes);
      await expect(readBackup(file())).rejects.toThrow(/no whole backup/);
      await expect(restore(lost, manifest, true)).rejects.toThrow();
    }
    expect(await namesIn(connect(lost))).toEqual(['Bakery']);
  }, 120_000);

  it('of an older Wafleet gets what the newer one has added, with its rows', async () => {
    const manifest = await take();
    const newer = join(folder.path, 'migrations');
    await cp(migrationsDir, newer, { recursive: true });
    const later = '99990101000000_later';
    await mkdir(join(newer, later));
    const sql = `ALTER TABLE tenants ADD COLUMN colour text;
      UPDATE tenants SET colour = 'of ' || name;
      ALTER TABLE tenants ALTER COLUMN colour SET NOT NULL;`;
    await writeFile(join(newer, later, 'migration.sql'), sql);
    const into = { url: found.url, file: file(), manifest, migrationsDir: newer, replace: false };
    expect(await restoreDatabase(into)).toEqual({ migrated: [later] });
    expect(await connect(found).$queryRaw`SELECT colour FROM tenants`).toEqual([{ colour: 'of Bakery' }]);
  }, 120_000);

  it('of a newer Wafleet is refused, and says which', async () => {
    const manifest = await take();
    const newer = {
      ...manifest,
      migrations: [...manifest.migrations, { name: '20990101_later', checksum: '' }],
    };
    await expect(restore(found, newer)).rejects.toThrow(/knows a migration 20990101_later/);
  }, 120_000);
});
