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
import { createPerson, type Person } from './simulated-people';
import { linkedTenant, scanInTime, statusOf, untilActive } from './tenant-steps';

const waiting = { timeoutMs: 90_000 };

/** What a page has just been given is on no disk yet: a crash can cost the link (docs/failure-modes.md, 5.11). */
describe('a link that is a moment old', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let stream: EventStream;
  let owner: Person;
  let tenantId: string;

  beforeAll(async () => {
    stack = await startStack();
    controlPlane = await stack.startControlPlane();
    stream = await openEventStream(`${controlPlane.url}/admin/events`, asAdmin(stack.adminKey));
    owner = await createPerson(stack, '15550100042', 'Owner');
    tenantId = await linkedTenant(controlPlane, 'Bakery', owner);
  }, 180_000);

  afterAll(async () => {
    stream?.stop();
    await stack?.stop();
  }, 180_000);

  const shown = () =>
    stream.events
      .filter((event) => event.tenantId === tenantId && event.type === 'tenant.status')
      .map(({ data }) => data.status);
  const status = () => statusOf(controlPlane, tenantId);
  /** Worker and browser at once, without a word. */
  const crash = () => {
    for (const { pid } of findTenantProcesses(stack.tenantsDir).filter((one) => one.tenantId === tenantId))
      killIfThere(pid);
  };
  const untilShown = (generation: number, ...wanted: string[]) =>
    eventually(
      async () => {
        const view = await status();
        return view.worker.generation === generation && wanted.includes(view.status) ? view : null;
      },
      { ...waiting, what: async () => `${wanted.join(' or ')}; now ${JSON.stringify(await status())}` },
    );

  it('is not called durable, and whatever a crash leaves of it, one scan at most brings it back', async () => {
    expect((await status()).session.linkIsDurable).toBe(false);
    crash();
    const after = await untilShown(2, 'ACTIVE', 'QR_PENDING');
    if (after.status === 'QR_PENDING') {
      expect(after).toMatchObject({ isLoggedIn: false, reason: { code: 'awaiting_scan' } });
      await scanInTime(controlPlane, tenantId, owner);
    }
    expect((await untilActive(controlPlane, tenantId)).session.account.phoneNumber).toBe(owner.number);
    expect(shown()).not.toContain('ERROR');
  });

  it('survives a crash without a scan once it is called durable', async () => {
    await eventually(async () => (await status()).session.linkIsDurable, { ...waiting, what: 'durability' });
    const before = shown().length;
    crash();
    await untilShown(3, 'ACTIVE');
    expect(new Set(shown().slice(before))).toEqual(new Set(['RECOVERING', 'ACTIVE']));
  });
});
