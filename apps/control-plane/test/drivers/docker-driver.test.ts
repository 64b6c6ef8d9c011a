import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import { eventually, startTestEngine, type TestEngine } from '@wafleet/testing';
import { DriverError, type WorkerSpec } from '../../src/drivers/worker-driver';
import { createNewId } from '../../src/new-id';
import { patienceMs } from '../fleet';
import { createDockerHarness, imageOf, type DockerHarness } from './docker-harness';
import { describeDriverContract } from './driver-contract';

const newId = createNewId();
const waiting = { timeoutMs: patienceMs };

let engine: TestEngine | null = null;
let harness: DockerHarness;

beforeAll(async () => {
  engine = await startTestEngine();
  if (engine !== null) harness = await createDockerHarness(engine);
}, 1_200_000);
afterAll(async () => {
  await harness?.stop();
  await engine?.stop();
}, 120_000);

/** What needs an engine says nothing where there is none. */
const withEngine = (work: (engine: TestEngine) => Promise<void>) => async () => {
  if (engine !== null) await work(engine);
};

describe('the docker driver', () => {
  describeDriverContract({ holdsLimits: true, hasEngine: true }, async () =>
    engine === null ? null : harness,
  );
});

describe('a container', () => {
  it(
    'that two control planes start at once is one',
    withEngine(async (real) => {
      const spec = specFor();
      const starts = await Promise.allSettled([1, 2, 3].map(() => harness.driverFor('steady').start(spec)));
      for (const start of starts)
        if (start.status === 'rejected') expect(start.reason).toBeInstanceOf(DriverError);
      await eventually(
        async () => (await harness.driverFor('steady').inspect(spec.tenantId)).state === 'running',
        {
          ...waiting,
          what: 'one of them',
        },
      );
      const names = await real.docker(['ps', '--all', '--format', '{{.Names}}']);
      expect(names.split('\n').filter((name) => name.includes(spec.tenantId))).toHaveLength(1);
      await harness.driverFor('steady').kill(spec.tenantId);
    }),
  );

  it(
    'that was made and never started is no worker',
    withEngine(async (real) => {
      const { tenantId } = specFor();
      const labels = { instance: harness.instanceId, tenant: tenantId, generation: '1', spec: 'x' };
      const flags = Object.entries(labels).flatMap(([name, value]) => [
        '--label',
        `wafleet.${name}=${value}`,
      ]);
      await real.docker(['create', '--name', harness.nameOf(tenantId), ...flags, imageOf('steady')]);
      const driver = harness.driverFor('steady');
      expect(await driver.inspect(tenantId)).toEqual({ state: 'gone' });
      await driver.start({ ...specFor(2), tenantId });
      expect(await driver.inspect(tenantId)).toMatchObject({ state: 'running', generation: 2 });
      await driver.kill(tenantId);
    }),
  );

  it(
    'of somebody else under its name is neither taken for it nor touched',
    withEngine(async (real) => {
      const spec = specFor();
      await real.docker(['create', '--name', harness.nameOf(spec.tenantId), imageOf('steady')]);
      const driver = harness.driverFor('steady');
      expect(await driver.inspect(spec.tenantId)).toMatchObject({ state: 'unknown' });
      await expect(driver.start(spec)).rejects.toThrow(DriverError);
      await expect(driver.remove(spec.tenantId)).rejects.toThrow(DriverError);
      await real.docker(['rm', harness.nameOf(spec.tenantId)]);
    }),
  );

  it(
    'may do no more than it must',
    withEngine(async (real) => {
      const driver = harness.driverFor('steady');
      const spec = specFor();
      await driver.start(spec);
      const inside = async (script: string) =>
        (await real.docker(['exec', harness.nameOf(spec.tenantId), 'sh', '-c', script])).trim();
      const status = await inside('cat /proc/self/status');
      expect(status).toMatch(/^CapEff:\s+0+$/m);
      expect(status).toMatch(/^CapBnd:\s+0+$/m);
      expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
      expect(status).toMatch(/^Seccomp:\s+2$/m);
      expect(await inside('id -u')).toBe(String(spec.osUid));
      expect(await inside('touch /here 2>&1 || true')).toContain('Read-only file system');
      expect(await inside('rm /tenant/run/worker.json 2>&1 || true')).toContain('Permission denied');
      expect(await inside('ls /var/run/docker.sock 2>&1 || true')).toContain('No such file');
      expect(await inside('ulimit -c')).toBe('0');
      const found = JSON.parse(await real.docker(['inspect', harness.nameOf(spec.tenantId)])) as {
        HostConfig: {
          Memory: number;
          MemorySwap: number;
          PidsLimit: number;
          RestartPolicy: { Name: string };
        };
      }[];
      expect(found[0]?.HostConfig).toMatchObject({ MemorySwap: found[0]?.HostConfig.Memory, PidsLimit: 400 });
      await driver.kill(spec.tenantId);
    }),
  );

  it(
    'has the limits of its tenant, where that has its own',
    withEngine(async (real) => {
      const driver = harness.driverFor('steady');
      const spec = { ...specFor(), limits: { memoryBytes: 256 * 2 ** 20, cpus: 0.5, pids: 123 } };
      await driver.start(spec);
      const format = '{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}}';
      const told = await real.docker(['inspect', '--format', format, harness.nameOf(spec.tenantId)]);
      expect(told.trim()).toBe(`${256 * 2 ** 20} 500000000 123`);
      await driver.kill(spec.tenantId);
    }),
  );

  it(
    'is of the very image that was found, whatever its name means by then',
    withEngine(async (real) => {
      const driver = harness.driverFor('steady');
      await real.docker(['tag', imageOf('stubborn'), 'wafleet-test/steady:next']);
      const build = await driver.findBuild('next');
      await real.docker(['tag', imageOf('mute'), 'wafleet-test/steady:next']);
      const spec = { ...specFor(), build };
      await driver.start(spec);
      const image = await real.docker(['inspect', '--format', '{{.Image}}', harness.nameOf(spec.tenantId)]);
      expect(image.trim()).toBe(build.id);
      expect(await driver.hasBuild(build)).toBe(true);
      await driver.kill(spec.tenantId);
    }),
  );

  it(
    'is not started on a network where tenants would reach each other',
    withEngine(async (real) => {
      await real.docker(['network', 'create', 'open-to-all']);
      const driver = harness.create({ network: 'open-to-all' });
      await expect(driver.start(specFor())).rejects.toMatchObject({
        reason: 'permission_denied',
        message: expect.stringContaining('open-to-all'),
      });
      await real.docker(['network', 'rm', 'open-to-all']);
    }),
  );
});

let nextUid = 1_850_000_000 + (process.pid % 10_000) * 100;

function specFor(generation = 1): WorkerSpec {
  const tenantId = newId('ten') as TenantId;
  const given = { build: null, limits: null, takeOver: false, hasLogin: false, proxyUrl: null };
  return { tenantId, generation, token: `token-of-${tenantId}`, osUid: nextUid++, ...given };
}
