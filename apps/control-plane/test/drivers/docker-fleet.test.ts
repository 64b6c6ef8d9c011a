import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { join } from 'node:path';
import type { Alert, Rollout, TenantId } from '@wafleet/contracts';
import { eventually, startTestEngine, type TestEngine } from '@wafleet/testing';
import { createFleet, patienceMs, supervision, type Fleet } from '../fleet';
import { buildProgramImages, imageOf, seccompFile } from './docker-harness';
import {
  createFleetHarness,
  describeFleetContract,
  fleetSize,
  generationsOf,
  type FleetHarness,
} from './fleet-contract';

const waiting = { timeoutMs: 2 * patienceMs };

jest.setTimeout(300_000);

let engine: TestEngine | null = null;
let fleet: Fleet;
let planes: FleetHarness | null = null;

beforeAll(async () => {
  engine = await startTestEngine();
  if (engine === null) return;
  fleet = await createFleet();
  await buildProgramImages(engine, join(fleet.tenantsDir, '../images'), ['steady', 'old']);
  planes = createFleetHarness(fleet, settingsFor(engine), containers);
}, 1_200_000);
afterAll(async () => {
  await planes?.end();
  await engine?.stop();
  await fleet?.stop();
}, 120_000);

const currentApi = () => (planes as FleetHarness).current().api;

describe('a fleet of containers', () => {
  describeFleetContract(() => planes);

  it('outlives a restart of its engine: no worker is started anew', async () => {
    if (engine === null) return;
    const api = currentApi();
    const before = await generationsOf(fleet);
    const [first] = await containers();
    await engine.kill();
    await engine.revive();
    expect(await containers()).toHaveLength(fleetSize);
    await fleet.until(api, first as TenantId, 'ACTIVE');
    await engine.docker([
      'kill',
      ...(await engine.docker(['ps', '--quiet', '--filter', `label=wafleet.tenant=${first}`]))
        .split('\n')
        .filter(Boolean),
    ]);
    await fleet.until(api, first as TenantId, (view) => view.status === 'ACTIVE' && view.worker.restarts > 0);
    const after = await generationsOf(fleet);
    const changed = Object.keys(after).filter((tenantId) => after[tenantId] !== before[tenantId]);
    expect(changed).toEqual([first]);
  });

  it.each(['keeps its containers', 'ends them'])(
    'has one container per wanted tenant, and no other, after a restart of an engine that %s',
    async (manner) => {
      if (engine === null) return;
      const endsContainers = manner === 'ends them';
      const before = await generationsOf(fleet);
      await engine.restart({ endsContainers });
      const wanted = await wantedTenants();
      await eventually(async () => String((await containers()).sort()) === String(wanted), {
        ...waiting,
        what: async () => `${wanted.length} containers; there are ${(await containers()).length}`,
      });
      for (const tenantId of wanted) await fleet.until(currentApi(), tenantId as TenantId, 'ACTIVE');
      expect((await containers()).sort()).toEqual(wanted);
      if (!endsContainers) expect(await generationsOf(fleet)).toEqual(before);
    },
  );

  it('gives a tenant limits of its own in a quiet moment, and nobody else anything', async () => {
    if (engine === null) return;
    const api = currentApi();
    const before = await limitsOf();
    const [tenantId] = Object.keys(before) as [TenantId];
    const { status } = await api.call('PATCH', `/admin/tenants/${tenantId}`, {
      body: { limits: { memoryBytes: 256 * 2 ** 20, pids: 300 } },
    });
    expect(status).toBe(200);
    await eventually(async () => (await limitsOf())[tenantId] === `${256 * 2 ** 20} 300`, {
      ...waiting,
      what: 'a container with them',
    });
    await fleet.until(api, tenantId, 'ACTIVE');
    expect(await limitsOf()).toEqual({ ...before, [tenantId]: `${256 * 2 ** 20} 300` });
  });

  it('brings another image to all, and the one before back', async () => {
    if (engine === null) return;
    const api = currentApi();
    const [before] = await images();
    await engine.docker(['tag', imageOf('old'), 'wafleet-test/steady:next']);
    const body = { version: 'next', canaries: 2, atOnce: 4, watchSeconds: 1 };
    const { id, to } = (await api.post('/admin/rollouts', body)) as Rollout;
    const until = (state: Rollout['state']) =>
      eventually(async () => ((await api.get(`/admin/rollouts/${id}`)) as Rollout).state === state, {
        timeoutMs: 3 * patienceMs,
        what: async () => `${state}; ${JSON.stringify(await api.get(`/admin/rollouts/${id}/items`))}`,
      });
    await until('DONE');
    expect(await images()).toEqual([to.id]);
    await api.post(`/admin/rollouts/${id}/back`);
    await until('BACK');
    expect(await images()).toEqual([before]);
    expect(await containers()).toHaveLength(fleetSize);
  });
});

describe('an engine that answers no more', () => {
  it.each(['is killed', 'hangs'])(
    'because it %s is told to operators, as its return is, and costs no worker',
    async (trouble) => {
      if (engine === null) return;
      const api = currentApi();
      const alert = async () => {
        const { items } = (await api.get('/admin/alerts')) as { items: Alert[] };
        return items.find(({ reason, endedAt }) => reason.code === 'engine_silent' && endedAt === null);
      };
      const isWell = async () => {
        const { components } = (await api.call('GET', '/readyz')).body;
        return components.find(({ name }: { name: string }) => name === 'engine').isWell as boolean;
      };
      const before = await generationsOf(fleet);
      await eventually(isWell, { ...waiting, what: 'the engine to be well' });
      if (trouble === 'hangs') await engine.hang();
      else await engine.kill();
      try {
        await eventually(async () => !(await isWell()) && (await alert()), { ...waiting, what: 'the alert' });
      } finally {
        if (trouble === 'hangs') engine.resume();
        else await engine.revive();
      }
      await eventually(async () => (await isWell()) && (await alert()) === undefined, {
        ...waiting,
        what: 'its end',
      });
      expect(await generationsOf(fleet)).toEqual(before);
      expect((await containers()).sort()).toEqual(await wantedTenants());
    },
  );
});

async function wantedTenants(): Promise<string[]> {
  const wanted = await fleet.db.tenant.findMany({ where: { desiredState: 'RUNNING' } });
  return wanted.map(({ id }) => id).sort();
}

/** Memory and processes that each tenant's container may have. */
async function limitsOf(): Promise<Record<string, string>> {
  const format = '{{index .Config.Labels "wafleet.tenant"}} {{.HostConfig.Memory}} {{.HostConfig.PidsLimit}}';
  const lines = (await inspect(format)).map((line) => line.split(' ', 3));
  return Object.fromEntries(lines.map(([tenantId, memory, pids]) => [tenantId, `${memory} ${pids}`]));
}

/** The images that containers of workers are of. */
const images = async () => [...new Set(await inspect('{{.Image}}'))];

async function inspect(format: string): Promise<string[]> {
  const real = engine as TestEngine;
  const ids = (await real.docker(['ps', '--quiet', '--filter', 'label=wafleet.tenant']))
    .split('\n')
    .filter(Boolean);
  return (await real.docker(['inspect', '--format', format, ...ids])).split('\n').filter(Boolean);
}

function settingsFor(real: TestEngine): Record<string, string> {
  return {
    LINK_HOST: '0.0.0.0',
    WORKER_DRIVER: 'docker',
    DOCKER_HOST: real.host,
    WORKER_IMAGE: imageOf('steady'),
    WORKER_SECCOMP: seccompFile,
    // A container takes seconds from its start to its link, on a busy machine many; as a hung one it would be killed for that.
    SUPERVISION: JSON.stringify({
      ...supervision,
      hungMs: 30_000,
      linklessMs: 45_000,
      engineSilentMs: 1_000,
    }),
    ALERTING: JSON.stringify({ lookMs: 200 }),
  };
}

/** The tenants of what the engine runs. */
async function containers(): Promise<string[]> {
  const format = '{{.Label "wafleet.tenant"}}';
  const listed = await (engine as TestEngine).docker([
    'ps',
    '--filter',
    'label=wafleet.tenant',
    '--format',
    format,
  ]);
  return listed.split('\n').filter(Boolean);
}
