import { cp, mkdir, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TenantId } from '@wafleet/contracts';
import { baseImage, tempDir, type TestEngine } from '@wafleet/testing';
import { containerPolicySchema } from '../../src/drivers/docker/container/container-policy';
import { containerName, type WorkerTemplate } from '../../src/drivers/docker/container/container-spec';
import { createDockerDriver, type DockerDriverOptions } from '../../src/drivers/docker/docker-driver';
import { createEngine } from '../../src/drivers/docker/engine';
import { createWorkerNetwork, linkUrlOn } from '../../src/drivers/docker/worker-network';
import type { WorkerDriver } from '../../src/drivers/worker-driver';
import { copyPrograms, type WorkerProgram } from '../fleet';
import type { DriverHarness } from './driver-contract';
import type { LosableEngine } from './engine-contract';
import { workerSettings } from './worker-settings';

export const seccompFile = resolve(__dirname, '../../../../docker/seccomp.json');
/** Little, so that a worker that wants more is met soon. */
export const memoryBytes = 192 * 2 ** 20;

export interface DockerHarness extends DriverHarness {
  instanceId: string;
  nameOf(tenantId: TenantId): string;
  create(overrides?: Overrides): WorkerDriver;
  stop(): Promise<void>;
}

interface Overrides extends Partial<Omit<DockerDriverOptions, 'template' | 'engine'>> {
  template?: Partial<WorkerTemplate>;
  /** How long the engine may take to answer. */
  answerTimeoutMs?: number;
  network?: string;
}

/** Drivers on a real engine, with images of the programs in fakes/workers. */
export async function createDockerHarness(engine: TestEngine): Promise<DockerHarness> {
  const folder = await tempDir('wafleet-contract-');
  const tenantsDir = join(folder.path, 'tenants');
  const programs: WorkerProgram[] = ['steady', 'stubborn', 'mute', 'greedy'];
  await buildProgramImages(engine, join(folder.path, 'images'), programs);
  const instanceId = 'contract';
  const nameOf = (tenantId: TenantId) => containerName(instanceId, tenantId);
  const policy = containerPolicySchema.parse({ memoryBytes });
  const seccomp = JSON.stringify(JSON.parse(readFileSync(seccompFile, 'utf8')));
  const create = ({ template, answerTimeoutMs = 30_000, network: name, ...rest }: Overrides = {}) => {
    const port = createEngine({ host: engine.host, now: Date.now, answerTimeoutMs });
    const network = createWorkerNetwork(port, { ...policy, network: name ?? policy.network });
    return createDockerDriver({
      engine: port,
      template: {
        instanceId,
        image: imageOf('steady'),
        policy,
        seccomp,
        hostTenantsDir: tenantsDir,
        ...template,
      },
      tenantsDir,
      settings: workerSettings(),
      linkUrl: async () => linkUrlOn(await network.gateway(), 9),
      now: () => new Date(),
      ...rest,
    });
  };
  const withImage = (image: string) => create({ template: { image } });
  const docker = async (...args: string[]) => (await engine.docker(args)).trim();

  return {
    tenantsDir,
    instanceId,
    nameOf,
    create,
    driverFor: (program) => withImage(imageOf(program)),
    changedDriver: () => create({ settings: workerSettings({ logLevel: 'debug' }) }),
    driverWithoutProgram: () => withImage('wafleet-test/nothing:none'),
    async countProcesses(tenantId) {
      const listed = await docker('top', nameOf(tenantId), '-o', 'pid,args').catch(() => '');
      // A heading, and the engine's own init.
      return Math.max(0, listed.split('\n').filter((line) => !/docker-init/.test(line)).length - 1);
    },
    async crash(tenantId) {
      const listed = await docker('top', nameOf(tenantId), '-o', 'pid,args');
      const [worker] = listed.split('\n').filter((line) => /^\s*\d+\s+node .*\/app\/worker\.cjs/.test(line));
      process.kill(Number.parseInt(worker ?? '', 10), 'SIGKILL');
    },
    knowledgeOf: (tenantId) => docker('inspect', nameOf(tenantId)),
    engine: losable(engine),
    impatientDriver: () => create({ answerTimeoutMs: 2_000 }),
    stop: () => folder.remove(),
  };
}

/** Whatever became of it before. */
function losable(engine: TestEngine): LosableEngine {
  let isKilled = false;
  return {
    async kill() {
      isKilled = true;
      await engine.kill();
    },
    hang: () => engine.hang(),
    async revive() {
      if (isKilled) await engine.revive();
      else engine.resume();
      isKilled = false;
    },
  };
}

export const imageOf = (program: WorkerProgram) => `wafleet-test/${program}:latest`;

export async function buildProgramImages(
  engine: TestEngine,
  folder: string,
  programs: readonly WorkerProgram[],
): Promise<void> {
  for (const program of programs) {
    const context = join(folder, program);
    await mkdir(context, { recursive: true });
    await copyPrograms(join(context, 'app'));
    await cp(join(context, `app/${program}-worker.cjs`), join(context, 'app/worker.cjs'));
    await writeFile(join(context, 'Dockerfile'), `FROM ${baseImage}\nCOPY app /app\n`);
    await engine.build(context, imageOf(program));
  }
}
