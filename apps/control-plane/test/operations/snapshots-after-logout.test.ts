import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import { createNewId } from '../../src/new-id';
import { newestUntried } from '../../src/snapshots/restore-snapshot';
import { startTestApi, type TestApi } from '../test-api';

const newId = createNewId();

describe('a snapshot whose login was ended after it was taken', () => {
  let api: TestApi;
  let tenantId: TenantId;
  let snapshotId: string;
  let accountId: string;

  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api?.stop());
  beforeEach(async () => {
    await api.db.tenant.deleteMany();
    tenantId = await api.createTenant('Bakery', { start: false });
    accountId = await link();
    snapshotId = newId('snp');
    const copiedAt = new Date();
    await api.db.snapshot.create({
      data: { id: snapshotId, tenantId, accountId, state: 'READY', trigger: 'schedule', copiedAt },
    });
  });

  /** As the session's events do it. */
  async function link(): Promise<string> {
    const id = newId('acc');
    await api.db.account.create({
      data: { id, tenantId, phoneNumber: '15550100171', linkedAt: new Date() },
    });
    await api.db.whatsappSession.update({
      where: { tenantId },
      data: { accountId: id, state: 'CONNECTED', linkIsDurable: true },
    });
    return id;
  }
  async function unlink(): Promise<void> {
    await api.db.account.update({ where: { id: accountId }, data: { unlinkedAt: new Date() } });
    await api.db.whatsappSession.update({
      where: { tenantId },
      data: { accountId: null, state: 'LOGGED_OUT', linkIsDurable: false },
    });
  }
  const restore = (body: object) =>
    api.admin('POST', `/admin/tenants/${tenantId}/snapshots/${snapshotId}/restore`, { body });
  const chosen = async () => (await newestUntried(api.db, [tenantId])).get(tenantId);

  it('is never chosen by a restore by itself, nor after the same number was linked anew', async () => {
    expect(await chosen()).toBe(snapshotId);
    await unlink();
    expect(await chosen()).toBeUndefined();
    await link();
    expect(await chosen()).toBeUndefined();
  });

  it('is not chosen either where only the account says that it was unlinked', async () => {
    await api.db.account.update({ where: { id: accountId }, data: { unlinkedAt: new Date() } });
    expect(await chosen()).toBeUndefined();
  });

  it('is refused by hand, with the reason, unless that is accepted in so many words', async () => {
    await unlink();
    const refused = await restore({ acceptRollback: true });
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'SNAPSHOT_UNLINKED', detail: expect.stringMatching(/credentials are void/) },
    });
    const worker = () => api.db.workerProcess.findUniqueOrThrow({ where: { tenantId } });
    expect(await worker()).toMatchObject({ pendingAct: null, restoreSnapshotId: null });
    expect((await restore({ acceptRollback: true, acceptUnlinked: true })).status).toBe(202);
    expect(await worker()).toMatchObject({ pendingAct: 'restore', restoreSnapshotId: snapshotId });
  });
});
