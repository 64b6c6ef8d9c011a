import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  asAdmin,
  type ControlPlane,
  eventually,
  type EventStream,
  findTenantProcesses,
  killIfThere,
  openEventStream,
  type Stack,
  startStack,
} from '@wafleet/testing';
import { createPerson } from './simulated-people';
import { durablyLinkedTenant, statusOf, untilActive } from './tenant-steps';

/** The first try is at once, the next after a moment; what comes after them is longer than this test. */
const reconnect = { attempts: 3, firstMs: 100, maxMs: 200, slowMs: 600_000, stableMs: 1_000 };
const waiting = { timeoutMs: 60_000 };
const email = 'owner@example.com';

describe('a tenant that can not reconnect', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let stream: EventStream;
  let tenantId: string;
  const broken = new Set<number>();

  beforeAll(async () => {
    stack = await startStack({
      env: {
        WORKER_DEADLINES: JSON.stringify({ reconnect }),
        ALERTING: JSON.stringify({ lookMs: 200 }),
      },
    });
    controlPlane = await stack.startControlPlane();
    stream = await openEventStream(`${controlPlane.url}/admin/events`, asAdmin(stack.adminKey));
    const owner = await createPerson(stack, '15550100041', 'Owner');
    tenantId = await durablyLinkedTenant(controlPlane, 'Bakery', owner);
    const { status } = await controlPlane.admin.call('PUT', `/admin/tenants/${tenantId}/users/${email}`, {
      body: { role: 'OWNER' },
    });
    expect(status).toBeLessThan(300);
    await eventually(() => breakOnce(), { ...waiting, what: 'its last try to fail', everyMs: 20 });
  }, 180_000);

  afterAll(async () => {
    stream?.stop();
    await stack?.stop();
  }, 180_000);

  const browsers = () =>
    findTenantProcesses(stack.tenantsDir).filter(
      (one) => one.role === 'browser' && one.tenantId === tenantId,
    );
  /** Its browser dies as soon as it is there. @returns whether the tenant gave up */
  const breakOnce = () => {
    for (const { pid } of browsers()) {
      broken.add(pid);
      killIfThere(pid);
    }
    return stories().includes('DISCONNECTED max_reconnects');
  };

  const asOperator = (path: string) => controlPlane.admin.get(`/admin/tenants/${tenantId}${path}`);
  const asOwner = () => stack.portal(controlPlane, email).get('/portal/tenant/current/status');
  const alerts = async () =>
    (await controlPlane.admin.get('/admin/alerts')).items.filter(
      ({ tenant }: { tenant: { id: string } | null }) => tenant?.id === tenantId,
    );
  const incidents = async () => (await asOperator('/incidents')).items;
  const stories = () =>
    stream.events
      .filter((event) => event.tenantId === tenantId && event.type === 'session.state')
      .map(({ data }) => [data.state, data.reason].filter(Boolean).join(' '));

  it('uses up its tries, and no more', async () => {
    const { worker } = await statusOf(controlPlane, tenantId);
    expect(worker).toMatchObject({ status: 'RUNNING', generation: 1, restarts: 0 });
    expect(broken.size).toBe(1 + reconnect.attempts);
    expect(browsers()).toEqual([]);
  });

  it('says so to its people, with what to press', async () => {
    const shown = { status: 'ERROR', reason: { code: 'max_reconnects', userAction: 'reconnect' } };
    expect(await asOwner()).toMatchObject({ ...shown, isLoggedIn: true, isConnected: false });
    expect(await asOperator('/status')).toMatchObject(shown);
  });

  it('says how far it is: how many tries, and when the next one is', async () => {
    const view = await asOperator('/reconnect');
    expect(view).toMatchObject({
      state: 'DISCONNECTED',
      reason: { code: 'max_reconnects' },
      attempt: reconnect.attempts,
      isSlow: true,
    });
    const dueInMs = Date.parse(view.nextAttemptAt) - Date.now();
    expect(dueInMs).toBeGreaterThan(reconnect.slowMs / 2);
    expect(dueInMs).toBeLessThanOrEqual(reconnect.slowMs);
  });

  it('has operators told, and an incident that says what kept failing', async () => {
    await eventually(async () => (await alerts()).length > 0, { ...waiting, what: 'an alert' });
    expect(await alerts()).toMatchObject([{ reason: { code: 'max_reconnects' }, endedAt: null }]);
    const [incident] = (await incidents()).filter(
      ({ reason }: { reason: { code: string } }) => reason.code === 'max_reconnects',
    );
    expect(incident).toMatchObject({ detail: expect.stringMatching(/browser/i) });
  });

  it('is brought back by a reset, without a scan, and everybody is told', async () => {
    await controlPlane.admin.post(`/admin/tenants/${tenantId}/session/reset-reconnect`);
    await untilActive(controlPlane, tenantId);
    await eventually(async () => (await asOperator('/reconnect')).attempt === 0, {
      ...waiting,
      what: 'its attempts to be forgotten',
    });
    expect(await asOperator('/reconnect')).toMatchObject({
      state: 'CONNECTED',
      reason: null,
      nextAttemptAt: null,
      isSlow: false,
    });
    expect(await asOwner()).toMatchObject({ status: 'ACTIVE', reason: null });
    await eventually(async () => (await alerts())[0].endedAt !== null, { ...waiting, what: 'its end' });
    expect((await statusOf(controlPlane, tenantId)).worker.generation).toBe(1);
    expect(stories().filter((story) => story.startsWith('QR_READY'))).toHaveLength(1);
  });
});
