import { execFile } from 'node:child_process';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { endAll } from '../end-all';
import { repository } from '../repository';
import { type ApiClient, asAdmin, createApiClient } from '../stack/api-client';
import { tempDir } from '../temp-dir';
import { buildImage } from './container-stack';
import type { TestEngine } from './test-engine';

const run = promisify(execFile);

/** The whole fleet as docker/compose.yaml starts it for its profile `demo`. */
export interface DemoStack {
  readonly controlPlane: { readonly url: string; readonly admin: ApiClient };
  readonly standin: { readonly controlUrl: string };
  readonly webUrl: string;
  /** The id of the container of a service, also of one that has ended. */
  containerOf(service: string): Promise<string>;
  /** Ends the fleet as docs/deploy.md says. */
  stop(): Promise<void>;
}

const ownImages = ['firewall', 'worker', 'standin', 'control-plane', 'web'];
/** Under the names that compose.yaml has for them. */
const foreignImages = { postgres: 'postgres:17-bookworm', redis: 'redis:7-bookworm' };

/** Builds what the stack is made of: ours by our Dockerfiles, and what stands in for those of others. */
export async function buildDemoImages(engine: TestEngine): Promise<void> {
  const builds = [
    ...ownImages.map((name) => buildImage(engine, name)),
    ...Object.entries(foreignImages).map(([name, tag]) =>
      engine.build(join(repository, 'packages/testing/images', name), tag),
    ),
  ];
  // At once: they begin alike, and what is alike is built once. None is still building when another's failure is thrown.
  await Promise.allSettled(builds);
  await Promise.all(builds);
}

/**
 * Sets up and starts the stack by the commands of docs/deploy.md, on images that are there. Returns when compose does; the demo
 * is still played then. Its ports are those of compose.yaml: two at once there can't be.
 */
export async function startDemoStack(engine: TestEngine): Promise<DemoStack> {
  const folder = await tempDir('wafleet-demo-');
  const docker = join(folder.path, 'docker');
  await cp(join(repository, 'docker'), docker, {
    recursive: true,
    filter: (path) => !/secrets|\.env/.test(path),
  });
  const settings = join(docker, 'demo.env');
  const compose = async (args: string[], timeoutMs: number) => {
    const files = ['--file', join(docker, 'compose.yaml'), '--env-file', settings];
    await engine.compose([...files, '--profile', 'demo', ...args], { timeoutMs });
  };
  const stop = () =>
    endAll([
      () => compose(['stop', 'control-plane'], 120_000),
      () => removeWorkers(engine),
      () => compose(['down', '--volumes'], 120_000),
      () => folder.remove(),
    ]);
  try {
    const places = {
      WAFLEET_DATA: join(folder.path, 'data'),
      DOCKER_SOCKET: engine.host.replace('unix://', ''),
    };
    await run('sh', [join(docker, 'setup.sh'), 'demo'], {
      env: { ...process.env, ...places },
      timeout: 60_000,
    });
    await compose(['up', '--detach'], 300_000);
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
  const adminKey = await readFile(join(docker, 'secrets/admin_key'), 'utf8');
  const url = 'http://127.0.0.1:7300';
  return {
    controlPlane: { url, admin: createApiClient(url, asAdmin(adminKey)) },
    standin: { controlUrl: 'http://127.0.0.1:7303' },
    webUrl: 'http://127.0.0.1:7310',
    containerOf: (service) => containerOfService(engine, service),
    stop,
  };
}

async function containerOfService(engine: TestEngine, service: string): Promise<string> {
  const ofService = ['--filter', `label=com.docker.compose.service=${service}`];
  const id = (await engine.docker(['ps', '--all', '--quiet', ...ofService])).trim();
  if (!/^\w+$/.test(id)) throw new Error(`${service} is not one container but ${JSON.stringify(id)}`);
  return id;
}

async function removeWorkers(engine: TestEngine): Promise<void> {
  const ids = await engine.docker(['ps', '--all', '--quiet', '--filter', 'label=wafleet.tenant']);
  const workers = ids.split('\n').filter(Boolean);
  if (workers.length > 0) await engine.docker(['rm', '--force', ...workers]);
}
