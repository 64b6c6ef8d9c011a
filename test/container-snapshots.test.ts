import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ControlPlane, eventually } from '@wafleet/testing';
import { type Containers, containerOf, startContainers } from './container-steps';
import { createPerson, type Person } from './simulated-people';
import { takeSnapshot, untilSnapshotOf } from './snapshot-steps';
import { durablyLinkedTenant, messagesOf, untilActive } from './tenant-steps';

const patience = { timeoutMs: 60_000 };

let containers: Containers | null = null;
let controlPlane: ControlPlane;
let owner: Person;
let customer: Person;
let tenantId: string;

beforeAll(async () => {
  const SNAPSHOTS = JSON.stringify({ everyMs: 0, atStop: false, sweepMs: 500 });
  containers = await startContainers({ policy: { memoryBytes: 640 * 2 ** 20 }, env: { SNAPSHOTS } });
  if (containers === null) return;
  const { stack } = containers;
  controlPlane = await stack.startControlPlane();
  owner = await createPerson(stack, '15550100187', 'Owner');
  customer = await createPerson(stack, '15550100188', 'Customer');
  tenantId = await durablyLinkedTenant(controlPlane, 'Shop', owner);
}, 900_000);

afterAll(async () => {
  await containers?.stack.stop();
  await containers?.engine.stop();
}, 180_000);

/** What needs an engine says nothing where there is none. */
const withContainers = (work: (containers: Containers) => Promise<void>) => async () => {
  if (containers !== null) await work(containers);
};
const admin = (path: string) => `/admin/tenants/${tenantId}${path}`;
const untilSnapshot = (id: string, wanted: (snapshot: any) => boolean | Promise<boolean>) =>
  untilSnapshotOf(controlPlane, tenantId, id, wanted);
const docker = async (args: string[]) => (await (containers as Containers).engine.docker(args)).trim();

describe('snapshots of workers in containers', () => {
  it(
    'are taken while messages flow: no status changes, none is lost, and a container without a network checks them',
    withContainers(async () => {
      const changes = async () =>
        (await controlPlane.admin.get(admin('/events?type=tenant.status'))).items.length;
      const before = await changes();
      const bodies = Array.from({ length: 20 }, (_, index) => `while it is taken ${index}`);
      const flow = (async () => {
        for (const body of bodies) await customer.send(owner.number, body);
      })();
      const networks = new Set<string>();
      const { id } = await takeSnapshot(controlPlane, tenantId);
      const snapshot = await untilSnapshot(id, async ({ checkedAt }) => {
        for (const trial of await trials()) networks.add(await networkOf(trial));
        return checkedAt !== null;
      });
      expect(snapshot).toMatchObject({ state: 'READY', checkProblem: null });
      expect(snapshot.frozenMs).toBeGreaterThan(0);
      // What its worker waits for an answer of the browser.
      expect(snapshot.frozenMs).toBeLessThan(4_000);
      networks.delete('gone');
      expect([...networks]).toEqual(['none']);
      await eventually(async () => (await trials()).length === 0, { ...patience, what: 'no trial' });
      await flow;
      await eventually(
        async () => {
          const heard = new Set((await messagesOf(controlPlane, tenantId)).map(({ body }) => body));
          return bodies.every((body) => heard.has(body));
        },
        { ...patience, what: 'every message' },
      );
      expect(await changes()).toBe(before);
    }),
    300_000,
  );

  it(
    'leave none standing still, where the control plane has ended meanwhile',
    withContainers(async ({ engine, stack }) => {
      const { worker } = await untilActive(controlPlane, tenantId);
      await controlPlane.process.end('SIGKILL');
      const mark = join(stack.tenantsDir, tenantId, 'run/standing-still');
      writeFileSync(mark, '');
      const container = await containerOf(engine, tenantId);
      await docker(['pause', container]);
      controlPlane = await stack.startControlPlane();
      await eventually(() => !existsSync(mark), { ...patience, what: 'the mark to go' });
      expect(await docker(['inspect', '--format', '{{.State.Status}}', container])).toBe('running');
      expect((await untilActive(controlPlane, tenantId)).worker.generation).toBe(worker.generation);
    }),
    180_000,
  );
});

/** Containers in which a snapshot is checked. */
async function trials(): Promise<string[]> {
  return (await docker(['ps', '--all', '--quiet', '--filter', 'name=-trial$'])).split('\n').filter(Boolean);
}

async function networkOf(container: string): Promise<string> {
  return docker(['inspect', '--format', '{{.HostConfig.NetworkMode}}', container]).catch(() => 'gone');
}
