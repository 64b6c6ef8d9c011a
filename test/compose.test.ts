import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync, readlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  buildDemoImages,
  buildMonitoringImages,
  type DemoStack,
  eventually,
  startDemoStack,
  type TestEngine,
  workerGateway,
} from '@wafleet/testing';
import {
  addressesOf,
  containerOf,
  inside,
  type Place,
  startOnEngine,
  tryEachFrom,
  tryFrom,
} from './container-steps';
import { createPerson } from './simulated-people';
import { messagesOf, statusOf, untilMessageStatus } from './tenant-steps';

const patience = { timeoutMs: 90_000 };
const customer = '15550100990';
const linkPort = 7301;
const repository = resolve(__dirname, '..');

let engine: TestEngine | null = null;
let stack: DemoStack;
let tenants: { id: string; name: string; phoneNumber: string }[];

beforeAll(async () => {
  const started = await startOnEngine(buildDemoImages, startDemoStack);
  if (started === null) return;
  ({ engine, stack } = started);
  await untilPlayed(engine);
  tenants = (await stack.controlPlane.admin.get('/admin/tenants')).items;
}, 1_500_000);

afterAll(async () => {
  await stack?.stop();
  await engine?.stop();
}, 300_000);

/** What needs an engine says nothing where there is none. */
const withEngine = (work: (engine: TestEngine) => Promise<void>) => async () => {
  if (engine !== null) await work(engine);
};

describe('the stack of compose.yaml with its demo', () => {
  it(
    'has three tenants connected, with Chromium’s sandbox on, and messages go both ways',
    withEngine(async (real) => {
      expect(tenants).toHaveLength(3);
      const person = await createPerson(stack, customer, 'Customer');
      for (const { id: tenantId, phoneNumber } of tenants) {
        expect(await statusOf(stack.controlPlane, tenantId)).toMatchObject({
          status: 'ACTIVE',
          session: { state: 'CONNECTED' },
        });
        await person.send(phoneNumber, 'Are you open?');
        await eventually(
          async () =>
            (await messagesOf(stack.controlPlane, tenantId)).some(({ body }) => body === 'Are you open?'),
          { ...patience, what: 'the question' },
        );
        const answer = { chatId: customer, body: 'Yes.' };
        const { id } = await stack.controlPlane.admin.post(`/admin/tenants/${tenantId}/messages`, answer);
        await untilMessageStatus(stack.controlPlane, tenantId, id, 'READ');
        await expectSandbox(real, await containerOf(real, tenantId));
      }
    }),
    300_000,
  );

  it(
    'plays its demo again without adding anything',
    withEngine(async (real) => {
      await real.docker(['start', await stack.containerOf('demo')]);
      await untilPlayed(real);
      expect((await stack.controlPlane.admin.get('/admin/tenants')).items).toHaveLength(3);
    }),
    180_000,
  );

  it(
    'is well in all its parts, and none of ours that needs no rights on the machine is root',
    withEngine(async (real) => {
      for (const service of ['postgres', 'redis', 'firewall', 'control-plane', 'web', 'standin'])
        await eventually(async () => (await healthOf(real, service)) === 'healthy', {
          ...patience,
          what: async () => `${service} to be healthy; it is ${await healthOf(real, service)}`,
        });
      for (const service of ['control-plane', 'web', 'standin'])
        expect(await inside(real, await stack.containerOf(service), 'id -u')).toBe('10001');
      const page = await fetch(stack.webUrl, { redirect: 'manual', signal: AbortSignal.timeout(60_000) });
      expect(page.status).toBeLessThan(400);
    }),
    600_000,
  );

  it(
    'lets a worker reach its link, and no database, no queue, no other tenant, no engine, no metadata service',
    withEngine(async (real) => {
      const [mine = '', neighbour = ''] = await Promise.all(tenants.map(({ id }) => containerOf(real, id)));
      const listening = `require('net').createServer((socket) => socket.end()).listen(4000)`;
      await real.docker(['exec', '--detach', neighbour, 'node', '-e', listening]);
      const at = async (container: string, port: number): Promise<Place[]> =>
        (await addressesOf(real, container)).map((address) => [address, port] as const);
      const ports = { postgres: 5432, redis: 6379, 'control-plane': 7300, web: 7310, standin: 7303 };
      const services = Object.entries(ports);

      // That each is there to be reached, by those who may.
      const web = await stack.containerOf('web');
      await eventually(
        async () => (await tryEachFrom(real, web, services)).every((outcome) => outcome === 'connected'),
        { ...patience, what: 'the services to be reached by one of their own' },
      );
      await eventually(async () => (await tryFrom(real, neighbour, ['127.0.0.1', 4000])) === 'connected', {
        ...patience,
        what: 'the neighbour to listen',
      });
      await eventually(async () => (await tryFrom(real, mine, [workerGateway, linkPort])) === 'connected', {
        ...patience,
        what: 'the link to be reached',
      });

      // As by hand, over what the container keeps.
      await inside(real, await stack.containerOf('firewall'), 'sh /firewall.sh set && sh /firewall.sh check');
      const closed: Place[] = [...services, ['169.254.169.254', 80], ...(await at(neighbour, 4000))];
      for (const [service, port] of services)
        closed.push(...(await at(await stack.containerOf(service), port)), [workerGateway, port]);
      expect(closed.map(([host]) => host)).not.toContain('');
      const outcomes = await tryEachFrom(real, mine, closed);
      expect(closed.filter((_, index) => outcomes[index] === 'connected')).toEqual([]);

      expect(await inside(real, mine, 'ls /var/run/docker.sock 2>&1 || true')).toContain('No such file');
      expect(await inside(real, mine, 'grep -c docker.sock /proc/self/mountinfo || true')).toBe('0');
      expect(await inside(real, mine, 'env')).not.toMatch(/DATABASE_URL|REDIS_URL|_KEY=/);
    }),
    300_000,
  );

  it(
    'answers a worker nothing but its link at the link’s port',
    withEngine(async (real) => {
      const mine = await containerOf(real, tenants[0]?.id ?? '');
      const upgrade = { connection: 'upgrade', upgrade: 'websocket' };
      const requests = [
        ...['/', '/healthz', '/readyz', '/metrics', '/admin/tenants', '/v1/messages'].map((path) => ({
          path,
        })),
        ...['/', '/admin/events'].map((path) => ({ path, headers: upgrade })),
      ];
      const statuses = await answersTo(real, mine, requests);
      expect(statuses).toEqual(requests.map(() => 404));
    }),
    180_000,
  );

  it(
    'has its images built by compose, too',
    withEngine(async () => {
      // This engine has no network of its own to build on: what its images were built on, so that all of it is there already.
      const services = ['firewall', 'control-plane', 'web', 'standin', 'worker-image'];
      const onHost = services.map((name) => [name, { build: { network: 'host' } }] as const);
      const file = { services: Object.fromEntries(onHost) };
      await stack.run(`echo '${JSON.stringify(file)}' > on-host.json`);
      const here = (line: string) =>
        line.replace('docker/compose.yaml', `${repository}/docker/compose.yaml --file on-host.json`);
      const told = await stack.run(
        here(
          'sudo docker compose --file docker/compose.yaml --env-file docker/demo.env --profile demo build',
        ).concat(' 2>&1'),
        { timeoutMs: 600_000 },
      );
      for (const name of ['firewall', 'control-plane', 'web', 'standin', 'worker'])
        expect(told).toContain(`wafleet/${name}`);
    }),
    660_000,
  );

  it(
    'answers to the first lines of docs/deploy.md',
    withEngine(async () => {
      expect(await stack.run('sudo sh docker/setup.sh')).toContain('Ready.');
      await stack.run('curl --fail http://127.0.0.1:7300/readyz');
      const made = await stack.run(
        `curl --fail -X POST http://127.0.0.1:7300/admin/tenants -H "authorization: Bearer $(sudo cat docker/secrets/admin_key)" -H 'content-type: application/json' -d '{"name":"Bakery"}'`,
      );
      expect(JSON.parse(made)).toMatchObject({ name: 'Bakery', desiredState: 'RUNNING' });
      const told = await stack.run(
        'sudo docker compose --file docker/compose.yaml --env-file docker/demo.env logs --follow demo',
      );
      expect(told).toMatch(/Sign in as operator: \S+@\S+ +\S+/);
      await stack.run(
        `curl --fail http://127.0.0.1:7303/users/15550100201/send -H 'content-type: application/json' -d '{"to":"15550100101","body":"Hello?"}'`,
      );
      const asked = tenants.find(({ phoneNumber }) => phoneNumber === '15550100101')?.id ?? '';
      await eventually(
        async () => (await messagesOf(stack.controlPlane, asked)).some(({ body }) => body === 'Hello?'),
        { ...patience, what: 'the message of the page' },
      );
    }),
    300_000,
  );

  it(
    'is watched by Prometheus, which reads our rules, and gives a Grafana what it needs',
    withEngine(async (real) => {
      await buildMonitoringImages(real);
      await stack.run(
        ofDemo('sudo docker compose --file docker/compose.yaml --profile monitoring up --detach'),
        {
          timeoutMs: 180_000,
        },
      );
      const prometheus = async (path: string) => {
        const url = `http://127.0.0.1:9090/api/v1/${path}`;
        const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
        return ((await answer?.json()) as { data: any } | undefined)?.data;
      };
      await eventually(
        async () => {
          const targets = (await prometheus('targets'))?.activeTargets ?? [];
          return targets.length === 1 && targets[0].health === 'up';
        },
        { ...patience, what: 'the control plane as a target that is up' },
      );
      const { groups } = await prometheus('rules');
      expect(groups.map(({ name }: { name: string }) => name)).toEqual(['wafleet']);
      const active = async () => (await prometheus('query?query=wafleet_active'))?.result[0]?.value[1];
      await eventually(async () => (await active()) === '1', { ...patience, what: 'its first figures' });
      const given = await fetch('http://127.0.0.1:3000', { signal: AbortSignal.timeout(5_000) });
      expect(await given.json()).toMatchObject({
        datasource: expect.stringContaining('http://prometheus:9090'),
        dashboards: expect.stringContaining('/var/lib/grafana/dashboards'),
        dashboard: { title: expect.any(String) },
        hasPassword: true,
      });
      await stack.run(
        ofDemo(
          'sudo docker compose --file docker/compose.yaml --profile monitoring rm --stop --force prometheus grafana',
        ),
      );
    }),
    600_000,
  );

  it(
    'is backed up, stopped, restored and started as docs/deploy.md says, without a scan',
    withEngine(async () => {
      await stack.run('mkdir somewhere-else');
      for (const line of [
        'sudo docker compose --file docker/compose.yaml exec -T postgres pg_dump --username=wafleet --format=custom wafleet > wafleet.dump',
        `sudo tar -C /var/lib -cf wafleet-files.tar --exclude='wafleet/tenants/*/tmp' wafleet`,
        'sudo cat docker/secrets/master_key > somewhere-else/master_key',
      ])
        await stack.run(ofDemo(line), { timeoutMs: 120_000 });
      const files = await stack.run('tar -tf wafleet-files.tar');
      for (const { id } of tenants) expect(files).toContain(`wafleet-demo/tenants/${id}/`);
      expect(files).not.toMatch(/tenants\/[^/]+\/tmp\//);
      expect(await stack.run('cat somewhere-else/master_key')).toMatch(/^[\w+/]{43}=$/);

      // Made after the backup, it is gone with the restore.
      const late = await stack.controlPlane.admin.post('/admin/tenants', { name: 'Late', start: false });
      for (const line of [
        'sudo docker compose --file docker/compose.yaml stop control-plane',
        'sudo docker ps --quiet --filter label=wafleet.tenant | xargs --no-run-if-empty sudo docker stop',
        'sudo docker compose --file docker/compose.yaml exec -T postgres pg_restore --username=wafleet --dbname=wafleet --clean --if-exists < wafleet.dump',
      ])
        await stack.run(ofDemo(line), { timeoutMs: 180_000 });
      await stack.run(
        'sudo docker compose --file docker/compose.yaml --env-file docker/demo.env --profile demo up --detach',
        { timeoutMs: 300_000 },
      );
      for (const { id } of tenants)
        await eventually(
          async () => (await statusOf(stack.controlPlane, id).catch(() => null))?.status === 'ACTIVE',
          { timeoutMs: 180_000, what: `${id} to be connected again` },
        );
      const listed = (await stack.controlPlane.admin.get('/admin/tenants')).items as { id: string }[];
      expect(listed.map(({ id }) => id)).not.toContain(late.id);
    }),
    600_000,
  );
});

/** What a page says of the installation itself, said of the demo's. */
const ofDemo = (line: string) =>
  line
    .replace('--file docker/compose.yaml', '--file docker/compose.yaml --env-file docker/demo.env')
    .replaceAll(/\bwafleet(?=\/tenants|$)/g, 'wafleet-demo');

/** @throws Error with what it printed when it ended badly */
async function untilPlayed(real: TestEngine): Promise<void> {
  const id = await stack.containerOf('demo');
  const code = (await real.docker(['wait', id], { timeoutMs: 240_000 })).trim();
  if (code !== '0') throw new Error(`the demo ended with ${code}: ${await outputOf(real, id)}`);
}

async function outputOf(real: TestEngine, container: string): Promise<string> {
  const folder = (await real.docker(['inspect', '--format', '{{.LogPath}}', container])).trim();
  return readFileSync(folder, 'utf8').slice(-4_000);
}

async function healthOf(real: TestEngine, service: string): Promise<string> {
  const id = await stack.containerOf(service);
  return (await real.docker(['inspect', '--format', '{{.State.Health.Status}}', id])).trim();
}

/** Pages are drawn in a user namespace that is not the container's, under a filter of system calls of Chromium's own. */
async function expectSandbox(real: TestEngine, container: string): Promise<void> {
  const running = await real.docker(['top', container, '-o', 'pid,args']);
  expect(running).not.toContain('--no-sandbox');
  const pidOf = (part: string) =>
    Number(
      running
        .split('\n')
        .find((line) => line.includes(part))
        ?.split(/\s+/)[0],
    );
  const namespaceOf = (pid: number) => readlinkSync(`/proc/${pid}/ns/user`);
  const [worker, renderer] = [pidOf('worker.cjs'), pidOf('--type=renderer')];
  expect(namespaceOf(renderer)).not.toBe(namespaceOf(worker));
  const filters = (pid: number) =>
    Number(/^Seccomp_filters:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  expect(filters(renderer)).toBeGreaterThan(filters(worker));
}

/** The status of what the link’s port answers to requests from a container; 0 for none. */
async function answersTo(
  real: TestEngine,
  container: string,
  requests: { path: string; headers?: Record<string, string> }[],
): Promise<number[]> {
  const port = { host: workerGateway, port: linkPort, timeout: 20_000 };
  const script = `
    const answers = ${JSON.stringify(requests)}.map((request) => new Promise((say) => {
      const asked = require('http').get({ ...${JSON.stringify(port)}, ...request }, (answer) => say(answer.statusCode));
      asked.on('upgrade', () => say(101));
      asked.on('timeout', () => say(0));
      asked.on('error', () => say(0));
    }));
    Promise.all(answers).then((statuses) => {
      console.log(JSON.stringify(statuses));
      process.exit(0);
    });`;
  return JSON.parse(await real.docker(['exec', container, 'node', '-e', script])) as number[];
}
