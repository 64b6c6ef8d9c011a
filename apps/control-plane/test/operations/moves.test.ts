import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import { pack } from 'tar-stream';
import { type MovedTenant, writeMoveArchive } from '../../src/moving/move-archive';
import { packArchive } from '../../src/snapshots/stores/profile-archive';
import { startTestApi, type TestApi } from '../test-api';

const tenantId = 'ten_01arz3ndektsv4rrffq69g5fav' as TenantId;
const key = randomBytes(32);

const about: MovedTenant = {
  version: 1,
  name: 'Bakery',
  phoneNumber: '15550100171',
  proxyUrl: 'http://user:secret@proxy.example:8080',
  copiedAt: '2026-11-01T10:00:00.000Z',
  lastHeardAt: '2026-11-01T09:59:00.000Z',
  account: {
    id: 'acc_01arz3ndektsv4rrffq69g5fav',
    phoneNumber: '15550100171',
    lid: null,
    name: 'Owner',
    linkedAt: '2026-10-01T10:00:00.000Z',
    isAccepted: true,
    completeUntil: '2026-11-01T09:00:00.000Z',
    heardFrom: '2026-10-30T09:00:00.000Z',
  },
};

/** A login of two files, as a snapshot is stored. */
async function archiveOf(given: Partial<MovedTenant> = {}, content?: Buffer): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: './session/Default/Local Storage/leveldb/CURRENT' }, 'MANIFEST-1');
  tar.entry({ name: './session/Default/big' }, randomBytes(200_000));
  tar.finalize();
  const { archive, manifest } = packArchive(Readable.from(tar), { maxBytes: 1_000_000 });
  const [snapshot] = await Promise.all([buffer(archive.pipe(createGzip())), manifest]);
  const stored = Readable.from([content ?? snapshot]);
  return buffer(writeMoveArchive({ tenantId, key }, { ...about, ...given }, [stored, new PassThrough()]));
}

describe('a tenant that comes from another installation', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api?.stop());

  const moveIn = async (bytes: Buffer, options: { id?: string; key?: Buffer } = {}) => {
    const response = await fetch(`${api.url}/admin/tenants/${options.id ?? tenantId}/move-in`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${api.adminKey}`,
        'content-type': 'application/octet-stream',
        'wafleet-move-key': (options.key ?? key).toString('base64url'),
      },
      body: new Uint8Array(bytes),
    });
    return { status: response.status, body: (await response.json()) as { code?: string; status?: string } };
  };
  const stored = async () =>
    (await readdir(api.snapshotsDir, { recursive: true }).catch(() => [])).filter((name) =>
      name.includes('.'),
    );
  const refused = { status: 422, body: { code: 'ARCHIVE_NOT_OPENED' } };

  it('is refused, and nothing of it is kept, where its archive was changed, cut, or is for another key, tenant or release', async () => {
    const bytes = await archiveOf();
    const changed = Buffer.from(bytes);
    changed[changed.length - 1]! ^= 1;
    expect(await moveIn(changed)).toMatchObject(refused);
    expect(await moveIn(bytes.subarray(0, 1_000))).toMatchObject(refused);
    expect(await moveIn(Buffer.alloc(0))).toMatchObject(refused);
    expect(await moveIn(bytes, { key: randomBytes(32) })).toMatchObject(refused);
    expect(await moveIn(bytes, { id: 'ten_01arz3ndektsv4rrffq69g5fab' })).toMatchObject(refused);
    expect(await moveIn(await archiveOf({ version: 2 as never }))).toMatchObject(refused);
    // Sealed as it should be, and no profile.
    expect(await moveIn(await archiveOf({}, randomBytes(1_000)))).toMatchObject(refused);
    expect(await moveIn(await archiveOf({}, randomBytes(2 * 1024 * 1024)))).toMatchObject({
      status: 413,
      body: { code: 'BODY_TOO_LARGE' },
    });
    expect(await stored()).toEqual([]);
    expect(await api.db.tenant.count()).toBe(0);
  });

  it('is not taken where its number is linked to another tenant', async () => {
    const rival = await api.createTenant('Rival', { start: false });
    const linkedAt = new Date();
    await api.db.account.create({
      data: { id: 'acc_rival', tenantId: rival, phoneNumber: '15550100171', linkedAt },
    });
    expect(await moveIn(await archiveOf())).toMatchObject({ status: 409, body: { code: 'NUMBER_LINKED' } });
    expect(await stored()).toEqual([]);
    expect(await api.db.tenant.count({ where: { id: tenantId } })).toBe(0);
    await api.db.account.update({ where: { id: 'acc_rival' }, data: { unlinkedAt: linkedAt } });
  });

  it('is here with its link and what it has heard, its login waiting to be put in place; once', async () => {
    const bytes = await archiveOf();
    expect(await moveIn(bytes)).toMatchObject({ status: 202 });
    const row = await api.db.tenant.findUniqueOrThrow({
      where: { id: tenantId },
      include: { session: true, worker: true, snapshots: true, accounts: true },
    });
    expect(row).toMatchObject({
      name: 'Bakery',
      phoneNumber: '15550100171',
      desiredState: 'RUNNING',
      proxyAddress: 'http://user@proxy.example:8080/',
      session: {
        accountId: about.account.id,
        linkIsDurable: true,
        lastHeardAt: new Date(about.lastHeardAt as string),
      },
      accounts: [{ completeUntil: new Date(about.account.completeUntil as string), unlinkedAt: null }],
      snapshots: [{ state: 'READY', trigger: 'move', files: 2, copiedAt: new Date(about.copiedAt) }],
    });
    expect(row.worker).toMatchObject({ pendingAct: 'restore', restoreSnapshotId: row.snapshots[0]?.id });
    expect(await moveIn(bytes)).toMatchObject({ status: 409, body: { code: 'TENANT_HERE' } });
    expect(await stored()).toHaveLength(1);
  });

  it('leaves only stopped, with a snapshot of since it last ran', async () => {
    const moveOut = (snapshotId: string) =>
      api.admin('POST', `/admin/tenants/${tenantId}/move-out`, { body: { snapshotId } });
    const { snapshots } = await api.db.tenant.findUniqueOrThrow({
      where: { id: tenantId },
      include: { snapshots: true },
    });
    const { id } = snapshots[0] as { id: string };
    expect(await moveOut(id)).toMatchObject({ status: 409, body: { code: 'MOVE_NOT_READY' } });
    await api.db.tenant.update({ where: { id: tenantId }, data: { desiredState: 'STOPPED' } });
    const ended = { pendingAct: null, generation: 3, endedAt: new Date(), startedAt: new Date() };
    await api.db.workerProcess.update({ where: { tenantId }, data: ended });
    // It ran since the snapshot was copied.
    expect(await moveOut(id)).toMatchObject({ status: 409, body: { code: 'MOVE_NOT_READY' } });
    // A browser stood still for it, and went on.
    await api.db.snapshot.update({ where: { id }, data: { copiedAt: new Date(), frozenMs: 20 } });
    expect(await moveOut(id)).toMatchObject({ status: 409, body: { code: 'MOVE_NOT_READY' } });
    await api.db.snapshot.update({ where: { id }, data: { frozenMs: null } });
    expect(await moveOut(id)).toMatchObject({
      status: 200,
      body: { status: 'PAUSED', reason: { code: 'moved' } },
    });
    expect(await moveOut(id)).toMatchObject({ status: 200 });
    expect(await api.db.workerProcess.findUnique({ where: { tenantId } })).toMatchObject({
      generation: 4,
      tokenHash: null,
    });
  });
});
