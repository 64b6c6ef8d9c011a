import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:net';
import {
  asAdmin,
  type ContainerStack,
  type ControlPlane,
  eventually,
  firewallName,
  isFirewallUp,
  openEventStream,
  type TestEngine,
  workerGateway,
} from '@wafleet/testing';
import { addressesOf, containerOf, inside, startContainers, tryFrom } from './container-steps';
import { createPerson, type Person } from './simulated-people';
import { durablyLinkedTenant, messagesOf, statusOf, untilActive, untilMessageStatus } from './tenant-steps';

const patience = { timeoutMs: 60_000 };
const customer = '15550100990';

let engine: TestEngine | null = null;
let stack: ContainerStack;
let controlPlane: ControlPlane;
let people: Person[];
let tenants: string[];

beforeAll(async () => {
  const containers = await startContainers({ policy: { memoryBytes: 640 * 2 ** 20 } });
  if (containers === null) return;
  ({ engine, stack } = containers);
  controlPlane = await stack.startControlPlane();
  people = await Promise.all([1, 2, 3].map((one) => createPerson(stack, `1555010098${one}`, `Owner ${one}`)));
  tenants = [];
  for (const [place, person] of people.entries())
    tenants.push(await durablyLinkedTenant(controlPlane, `Shop ${place}`, person));
}, 900_000);

afterAll(async () => {
  await stack?.stop();
  await engine?.stop();
}, 180_000);

/** What needs an engine says nothing where there is none. */
const withEngine = (work: (engine: TestEngine) => Promise<void>) => async () => {
  if (engine !== null) await work(engine);
};

describe('workers in containers', () => {
  it(
    'are linked, with Chromium’s sandbox on, and messages go both ways',
    withEngine(async (real) => {
      const person = await createPerson(stack, customer, 'Customer');
      for (const [place, tenantId] of tenants.entries()) {
        const owner = people[place] as Person;
        await person.send(owner.number, `Are you open, ${place}?`);
        await eventually(
          async () =>
            (await messagesOf(controlPlane, tenantId)).some(({ body }) => body === `Are you open, ${place}?`),
          { ...patience, what: 'the question' },
        );
        const { id } = await controlPlane.admin.post(`/admin/tenants/${tenantId}/messages`, {
          chatId: customer,
          body: 'Yes.',
        });
        await untilMessageStatus(controlPlane, tenantId, id, 'READ');
        const running = await real.docker(['top', await containerOf(real, tenantId), '-o', 'pid,args']);
        expect(running).toContain('chromium-headless-shell');
        expect(running).toContain('--type=zygote');
        expect(running).not.toContain('--no-sandbox');
      }
    }),
    180_000,
  );

  it(
    'come back without a scan when one is killed',
    withEngine(async (real) => {
      const [tenantId = ''] = tenants;
      await real.docker(['kill', await containerOf(real, tenantId)]);
      await eventually(
        async () => {
          const { status, worker } = await statusOf(controlPlane, tenantId);
          return status === 'ACTIVE' && worker.generation === 2;
        },
        { ...patience, what: 'the next generation' },
      );
    }),
    120_000,
  );

  it(
    'reach the link and nothing else of ours, no other tenant, no private address',
    withEngine(async (real) => {
      const [mine = '', neighbour = ''] = await Promise.all(tenants.map((one) => containerOf(real, one)));
      const neighbourPort = 4_000;
      const listening = `require('net').createServer((socket) => socket.end()).listen(${neighbourPort})`;
      await real.docker(['exec', '--detach', neighbour, 'node', '-e', listening]);
      const service = await startService();
      const link = [workerGateway, stack.linkPort] as const;
      const serviceOfTheMachine = [workerGateway, service.port] as const;
      const otherTenant = [(await addressesOf(real, neighbour))[0] ?? '', neighbourPort] as const;
      const closed = [otherTenant, ['169.254.169.254', 80], ['10.200.0.1', 5432]] as const;
      try {
        // That it is there to be reached, by those who may.
        await eventually(
          async () => (await tryFrom(real, neighbour, ['127.0.0.1', neighbourPort])) === 'connected',
          { ...patience, what: 'the neighbour to listen' },
        );
        expect(await tryFrom(real, mine, link)).toBe('connected');
        for (const place of [serviceOfTheMachine, ...closed])
          expect([place, await tryFrom(real, mine, place)]).not.toEqual([place, 'connected']);

        // Without the rules it would have been reached: they are what holds.
        await real.docker(['stop', firewallName]);
        await clearRules(real);
        expect(await tryFrom(real, mine, serviceOfTheMachine)).toBe('connected');
        expect(await tryFrom(real, mine, otherTenant)).not.toBe('connected');
        await real.docker(['start', firewallName]);
        await eventually(() => isFirewallUp(real), { ...patience, what: 'the rules to be set again' });
        await real.docker(['exec', firewallName, '/firewall.sh', 'clear']);
        await eventually(() => isFirewallUp(real), { ...patience, what: 'the rules to come back' });
        expect(await tryFrom(real, mine, serviceOfTheMachine)).not.toBe('connected');
      } finally {
        service.server.close();
      }
      expect(await inside(real, mine, 'ls /var/run/docker.sock 2>&1 || true')).toContain('No such file');
      expect(await inside(real, mine, 'env')).not.toMatch(/DATABASE_URL|REDIS_URL|_KEY=/);
      // One tenant's folder, and no other.
      expect(await inside(real, mine, 'grep -c /tenants/ /proc/self/mountinfo')).toBe('1');
    }),
    180_000,
  );

  it(
    'are told of as the kernel counts them: memory, processes, processors, and the most of each',
    withEngine(async (real) => {
      const [mine = '', neighbour = ''] = tenants;
      const containerId = await containerOf(real, mine);
      // Beside the worker, so that only the container's own count has it.
      const busy = 'const end = Date.now() + 30000; while (Date.now() < end);';
      await real.docker(['exec', '--detach', containerId, 'node', '-e', busy]);
      const { worker } = await eventually(
        async () => {
          const status = await statusOf(controlPlane, mine);
          return status.worker.cpuPercent > 30 && status;
        },
        { ...patience, what: async () => JSON.stringify(await statusOf(controlPlane, mine)) },
      );
      expect(worker.container).toMatchObject({
        memoryLimitBytes: 640 * 2 ** 20,
        pidsLimit: 400,
        cpuLimit: 1,
      });
      expect(worker.container.memoryBytes).toBeGreaterThan(30 * 2 ** 20);
      expect(worker.container.pids).toBeGreaterThan(20);
      expect(worker.cpuPercent).toBeLessThan(150);
      expect((await statusOf(controlPlane, neighbour)).worker.container).toMatchObject({ cpuLimit: 1 });

      const metrics = await (await fetch(`${controlPlane.url}/metrics`)).text();
      const told = (name: string) =>
        Number(new RegExp(`^wafleet_tenant_${name}{tenant="${mine}"} (\\S+)$`, 'm').exec(metrics)?.[1]);
      expect(told('container_limit_bytes')).toBe(640 * 2 ** 20);
      expect(told('container_pids_limit')).toBe(400);
      expect(told('container_cpu_limit')).toBe(1);
      expect(told('container_bytes')).toBeGreaterThan(30 * 2 ** 20);
      expect(told('container_pids')).toBeGreaterThan(20);
      expect(told('cpu_percent')).toBeGreaterThanOrEqual(0);
    }),
    180_000,
  );

  it(
    'have their memory alone: one that runs out of it costs its neighbours nothing, not one probe',
    withEngine(async (real) => {
      const [hungry = '', ...neighbours] = tenants;
      for (const tenantId of tenants) await untilActive(controlPlane, tenantId);
      const before = await Promise.all(neighbours.map((one) => statusOf(controlPlane, one)));
      const stream = await openEventStream(`${controlPlane.url}/admin/events`, asAdmin(stack.adminKey));
      const container = await containerOf(real, hungry);
      // Files in memory count as the container's, and nobody can end them.
      const fill =
        'for place in /dev/shm /tmp; do dd if=/dev/zero of=$place/full bs=1M count=120 2>/dev/null; done; true';
      await real.docker(['update', '--memory', '220m', '--memory-swap', '220m', container]);
      await real.docker(['exec', container, 'sh', '-c', fill]).catch(() => '');
      await eventually(
        async () => (await incidentsOf(hungry)).some(({ reason }) => reason.code === 'out_of_memory'),
        {
          ...patience,
          what: async () => `out_of_memory; ${JSON.stringify(await incidentsOf(hungry))}`,
        },
      );
      for (const [place, tenantId] of neighbours.entries()) {
        const { lastSeenAt } = before[place].session;
        const { worker } = await eventually(
          async () => {
            const status = await statusOf(controlPlane, tenantId);
            return status.session.lastSeenAt > lastSeenAt && status;
          },
          { ...patience, what: 'a later probe' },
        );
        expect(worker).toMatchObject({ generation: before[place].worker.generation });
        expect(await incidentsOf(tenantId)).toEqual([]);
      }
      await real.docker(['kill', await containerOf(real, hungry)]).catch(() => '');
      await untilActive(controlPlane, hungry);
      // The first probe that is missed ends green, and that is an event.
      stream.stop();
      const changes = stream.events.filter(({ type }) => type === 'tenant.status');
      expect(changes.map(({ tenantId }) => tenantId)).toContain(hungry);
      expect(changes.filter(({ tenantId }) => neighbours.includes(tenantId))).toEqual([]);
    }),
    180_000,
  );
});

/** Something of this machine that is none of workers' business, as a database that listens on all addresses. */
async function startService(): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => socket.end());
  await new Promise<void>((listening) => server.listen(0, '0.0.0.0', listening));
  return { server, port: (server.address() as { port: number }).port };
}

async function clearRules(real: TestEngine): Promise<void> {
  const rights = ['--network', 'host', '--cap-add', 'NET_ADMIN'];
  await real.docker(['run', '--rm', ...rights, 'wafleet/firewall', '/firewall.sh', 'clear']);
}

async function incidentsOf(tenantId: string): Promise<{ reason: { code: string } }[]> {
  return (await controlPlane.admin.get(`/admin/tenants/${tenantId}/incidents`)).items;
}
