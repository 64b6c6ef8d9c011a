import { chownSync, lstatSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ControlPlane, eventually, findTenantProcesses, type Stack, startStack } from '@wafleet/testing';
import { createPerson, type Person } from './simulated-people';
import { durablyLinkedTenant, messagesOf, statusOf, untilActive, untilQr } from './tenant-steps';

const itAsRoot = process.getuid?.() === 0 ? it : it.skip;

describe('a profile that can not be used', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let owner: Person;
  let customer: Person;
  let tenantId: string;

  beforeAll(async () => {
    stack = await startStack({
      env: { WORKER_DEADLINES: JSON.stringify({ reconnect: { machineMs: 1_000 } }) },
    });
    controlPlane = await stack.startControlPlane();
    owner = await createPerson(stack, '15550100071', 'Owner');
    customer = await createPerson(stack, '15550100072', 'Customer');
    tenantId = await durablyLinkedTenant(controlPlane, 'Bakery', owner);
    await customer.send(owner.number, 'before the damage');
    await untilMessage('before the damage');
  }, 180_000);

  afterAll(async () => {
    await stack?.stop();
  });

  const post = (verb: string) => controlPlane.admin.post(`/admin/tenants/${tenantId}/worker/${verb}`);
  const untilMessage = (body: string) =>
    eventually(
      async () => (await messagesOf(controlPlane, tenantId)).some((message) => message.body === body),
      {
        timeoutMs: 60_000,
        what: `the message ${body}`,
      },
    );
  const browsers = () => findTenantProcesses(stack.tenantsDir).filter(({ role }) => role === 'browser');
  const codesShown = async () =>
    (await controlPlane.admin.get(`/admin/tenants/${tenantId}/events?type=session.qr`)).items.length;
  const incidents = async () => (await controlPlane.admin.get(`/admin/tenants/${tenantId}/incidents`)).items;
  const openAlerts = async () => (await controlPlane.admin.get('/admin/alerts?open=true')).items;
  const store = (name: string) => join(stack.tenantsDir, tenantId, 'profile/session/Default', name);
  const filesOf = (folder: string) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  /** With no worker on the profile. */
  async function whileStopped(change: () => void): Promise<void> {
    await post('stop');
    await eventually(async () => (await statusOf(controlPlane, tenantId)).worker.status === 'STOPPED', {
      timeoutMs: 60_000,
      what: 'a stopped worker',
    });
    change();
    await post('start');
  }
  const untilReason = (code: string) =>
    eventually(
      async () => {
        const status = await statusOf(controlPlane, tenantId);
        return status.reason?.code === code && status.status === 'ERROR' ? status : null;
      },
      {
        timeoutMs: 60_000,
        what: async () => `${code}; now ${JSON.stringify(await statusOf(controlPlane, tenantId))}`,
      },
    );

  itAsRoot(
    'because of a foreign owner: path and owners are named, and it is back once that is mended',
    async () => {
      const [file] = filesOf(store('Local Storage')) as [string];
      const { uid, gid } = lstatSync(file);
      const codes = await codesShown();
      await whileStopped(() => chownSync(file, 0, 0));
      const detail = `${file} belongs to user 0; it must belong to user ${uid}`;
      expect(await untilReason('permission_denied')).toMatchObject({
        detail,
        isConnected: false,
        attempt: 0,
        reason: { repairedBy: 'person', userAction: 'fix_machine' },
        worker: { status: 'RUNNING' },
      });
      expect(browsers()).toEqual([]);
      expect(await openAlerts()).toMatchObject([
        { tenant: { id: tenantId }, reason: { code: 'permission_denied' }, detail },
      ]);
      expect((await incidents())[0]).toMatchObject({ reason: { code: 'permission_denied' }, detail });

      chownSync(file, uid, gid);
      await untilActive(controlPlane, tenantId);
      expect(await codesShown()).toBe(codes);
      await eventually(async () => (await openAlerts()).length === 0, {
        timeoutMs: 60_000,
        what: 'no open alert',
      });
      await customer.send(owner.number, 'after the repair');
      await untilMessage('after the repair');
    },
    180_000,
  );

  it('because it lost its login: kept for a look, no code shown unasked, a person links again', async () => {
    const codes = await codesShown();
    await whileStopped(() => {
      for (const file of filesOf(store('IndexedDB'))) writeFileSync(file, 'spoilt '.repeat(600));
    });
    const status = await untilReason('profile_corrupt');
    expect(status).toMatchObject({
      isLoggedIn: false,
      reason: { repairedBy: 'person', userAction: 'link_again' },
      detail: expect.stringMatching(/login/),
    });
    await eventually(async () => (await statusOf(controlPlane, tenantId)).worker.status === 'STOPPED', {
      timeoutMs: 60_000,
      what: 'a parked tenant without a worker',
    });
    expect(findTenantProcesses(stack.tenantsDir)).toEqual([]);
    expect(await codesShown()).toBe(codes);
    expect(readdirSync(join(stack.tenantsDir, tenantId, 'trash'))).toEqual([
      expect.stringMatching(/-damaged$/),
    ]);
    expect(await openAlerts()).toMatchObject([
      { tenant: { id: tenantId }, reason: { code: 'profile_corrupt' } },
    ]);
    expect((await incidents())[0]).toMatchObject({ reason: { code: 'profile_corrupt' } });

    await post('start');
    await owner.scan(await untilQr(controlPlane, tenantId));
    expect(await untilActive(controlPlane, tenantId)).toMatchObject({ reason: null });
    await untilMessage('before the damage');
  }, 180_000);
});
