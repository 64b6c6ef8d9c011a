import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import { createDatabase, type Database } from '@wafleet/db';
import { createTestDatabase, type TestDatabase } from '@wafleet/testing';
import { createNewId } from '../../src/new-id';
import { loadMasterKey } from '../../src/secrets/master-key';
import { createVault, type Vault } from '../../src/secrets/vault';

const newId = createNewId();
const plain = Buffer.from('a password');

describe('the vault', () => {
  let database: TestDatabase;
  let db: Database;
  let dataDir: string;
  let vault: Vault;

  beforeEach(async () => {
    database = await createTestDatabase();
    db = createDatabase({ url: database.url });
    dataDir = await mkdtemp(join(tmpdir(), 'wafleet-vault-'));
    vault = createVault({ db, masterKey: await load() });
  });
  afterEach(async () => {
    await db.$disconnect();
    await database.drop();
    await rm(dataDir, { recursive: true });
  });

  const load = (masterKey?: string) => loadMasterKey(db, { dataDir, masterKey });
  const keyFile = () => join(dataDir, 'master.key');
  const createTenant = async () => {
    const id = newId('ten') as TenantId;
    await db.tenant.create({ data: { id, name: 'Bakery' } });
    return id;
  };
  const seal = (tenantId: TenantId, purpose = 'proxy') =>
    db.$transaction((tx) => vault.seal(tx, tenantId, purpose, plain));

  it('opens what it sealed, for the same tenant and purpose only', async () => {
    const [tenant, other] = [await createTenant(), await createTenant()];
    const sealed = await seal(tenant);
    await seal(other);
    expect(await vault.open(tenant, 'proxy', sealed)).toEqual(plain);
    await expect(vault.open(tenant, 'screenshot', sealed)).rejects.toThrow('can not be opened');
    await expect(vault.open(other, 'proxy', sealed)).rejects.toThrow('can not be opened');
  });

  it('makes one key per tenant, also when two ask at once', async () => {
    const tenant = await createTenant();
    const boxes = await Promise.all([seal(tenant), seal(tenant), seal(tenant)]);
    for (const box of boxes) expect(await vault.open(tenant, 'proxy', box)).toEqual(plain);
    expect(await db.tenantKey.count()).toBe(1);
  });

  it("loses a tenant's key with its row", async () => {
    const tenant = await createTenant();
    const sealed = await seal(tenant);
    await db.tenant.delete({ where: { id: tenant } });
    expect(await db.tenantKey.count()).toBe(0);
    await expect(vault.open(tenant, 'proxy', sealed)).rejects.toThrow('can not be opened');
  });

  it('a key that was copied to another tenant opens nothing', async () => {
    const [tenant, other] = [await createTenant(), await createTenant()];
    const sealed = await seal(tenant);
    const { wrappedKey, masterKeyId } = await db.tenantKey.findUniqueOrThrow({ where: { tenantId: tenant } });
    await db.tenantKey.create({ data: { tenantId: other, wrappedKey, masterKeyId } });
    await expect(vault.open(other, 'proxy', sealed)).rejects.toThrow();
  });

  it('keeps its master key in a file for its owner only, and uses it at the next start', async () => {
    expect((await stat(keyFile())).mode & 0o777).toBe(0o600);
    expect(await load()).toEqual(await load());
    const tenant = await createTenant();
    const sealed = await seal(tenant);
    const next = createVault({ db, masterKey: await load() });
    expect(await next.open(tenant, 'proxy', sealed)).toEqual(plain);
  });

  it('takes the master key from the setting instead', async () => {
    const masterKey = randomBytes(32).toString('base64');
    expect(Buffer.from((await load(masterKey)).key).toString('base64')).toBe(masterKey);
  });

  it('refuses a missing or another master key once the first was used, and overwrites nothing', async () => {
    const text = await readFile(keyFile(), 'utf8');
    await seal(await createTenant());
    await rm(keyFile());
    await expect(load()).rejects.toThrow('The master key is missing');
    await expect(stat(keyFile())).rejects.toThrow('ENOENT');
    await writeFile(keyFile(), randomBytes(32).toString('base64'));
    await expect(load()).rejects.toThrow('not the one this database was used with');
    await writeFile(keyFile(), text);
    await load();
  });

  it('another master key takes over by the setting: what was sealed opens as before, the former key no more', async () => {
    const tenant = await createTenant();
    const sealed = await seal(tenant);
    const former = (await readFile(keyFile(), 'utf8')).trim();
    const next = randomBytes(32).toString('base64');
    const masterKey = await loadMasterKey(db, { dataDir, masterKey: next, previousMasterKey: former });
    expect(await createVault({ db, masterKey }).open(tenant, 'proxy', sealed)).toEqual(plain);
    await expect(load(former)).rejects.toThrow('not the one this database was used with');
    await load(next);
  });

  it('another master key takes over by a file beside it, also when that was interrupted', async () => {
    const tenant = await createTenant();
    const sealed = await seal(tenant);
    const former = await readFile(keyFile(), 'utf8');
    const next = randomBytes(32).toString('base64');
    await writeFile(`${keyFile()}.next`, next);
    const rotated = createVault({ db, masterKey: await load() });
    expect(await rotated.open(tenant, 'proxy', sealed)).toEqual(plain);
    expect(await readFile(keyFile(), 'utf8')).toBe(next);
    expect(await readFile(`${keyFile()}.previous`, 'utf8')).toBe(former);

    // The rows were changed, the files not yet.
    await writeFile(keyFile(), former);
    await writeFile(`${keyFile()}.next`, next);
    const again = createVault({ db, masterKey: await load() });
    expect(await again.open(tenant, 'proxy', sealed)).toEqual(plain);
    expect(await readFile(keyFile(), 'utf8')).toBe(next);
  });

  it('a former master key that opens nothing changes nothing', async () => {
    const tenant = await createTenant();
    const sealed = await seal(tenant);
    await db.tenantKey.updateMany({ data: { wrappedKey: Buffer.alloc(61, 1) } });
    await writeFile(`${keyFile()}.next`, randomBytes(32).toString('base64'));
    await expect(load()).rejects.toThrow('nothing was changed');
    await expect(vault.open(tenant, 'proxy', sealed)).rejects.toThrow();
  });

  it.each(['', 'short', randomBytes(31).toString('base64')])('refuses %j for a master key', async (text) => {
    await expect(load(text)).rejects.toThrow('must be 32 bytes as base64');
  });
});
