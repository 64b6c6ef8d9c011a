import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endAll } from '../end-all';
import { repository } from '../repository';
import { type ApiClient, asAdmin, createApiClient } from '../stack/api-client';
import { tempDir } from '../temp-dir';
import { buildImage } from './container-stack';
import type { TestEngine } from './test-engine';

/** The whole fleet as docker/compose.yaml starts it for its profile `demo`. */
export interface DemoStack {
  readonly controlPlane: { readonly url: string; readonly admin: ApiClient };
  readonly standin: { readonly controlUrl: string };
  readonly webUrl: string;
  /** The id of the container of a service, also of one that has ended. */
  containerOf(service: string): Promise<string>;
  /** Does a line of docs/deploy.md, in a folder of its own: what the page has in /var/lib lies there too. */
  run(line: string, options?: { timeoutMs?: number }): Promise<string>;
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

/** In the words of docs/deploy.md. */
const theEnd = [
  'sudo docker compose --file docker/compose.yaml --env-file docker/demo.env --profile demo stop control-plane',
  'sudo docker ps --all --quiet --filter label=wafleet.tenant | xargs --no-run-if-empty sudo docker rm --force',
  'sudo docker compose --file docker/compose.yaml --env-file docker/demo.env --profile demo down --volumes',
  'sudo rm -r /var/lib/wafleet-demo docker/demo.env',
];

/** What stands in for the two of the profile `monitoring`: Debian's Prometheus, and what says what a Grafana would be given. */
export async function buildMonitoringImages(engine: TestEngine): Promise<void> {
  const compose = await readFile(join(repository, 'docker/compose.yaml'), 'utf8');
  for (const name of ['prometheus', 'grafana']) {
    const [, image, version] = new RegExp(`image: (\\S+/${name}):\\$\\{\\w+:-(\\S+)\\}`).exec(compose) ?? [];
    await engine.build(join(repository, 'packages/testing/images', name), `${image}:${version}`);
  }
}

/**
 * Sets up and starts the stack by the commands of docs/deploy.md, on images that are there. Returns when compose does; the demo
 * is still played then. Its ports are those of compose.yaml: two at once there can't be.
 */
export async function startDemoStack(engine: TestEngine): Promise<DemoStack> {
  const folder = await tempDir('wafleet-demo-');
  await cp(join(repository, 'docker'), join(folder.path, 'docker'), {
    recursive: true,
    filter: (path) => !/secrets|\.env/.test(path),
  });
  const shell = await engine.shellIn(folder.path);
  const env = {
    WAFLEET_DATA: join(folder.path, 'var/lib/wafleet-demo'),
    DOCKER_SOCKET: engine.host.replace('unix://', ''),
  };
  const run: DemoStack['run'] = (line, options) =>
    shell(line.replaceAll('/var/lib', join(folder.path, 'var/lib')), { ...options, env });
  const stop = () =>
    endAll([
      ...theEnd.map((line) => async () => void (await run(line, { timeoutMs: 120_000 }))),
      () => folder.remove(),
    ]);
  try {
    await run('sudo sh docker/setup.sh demo');
    await run(
      'sudo docker compose --file docker/compose.yaml --env-file docker/demo.env --profile demo up --detach',
      { timeoutMs: 300_000 },
    );
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
  const adminKey = await readFile(join(folder.path, 'docker/secrets/admin_key'), 'utf8');
  const url = 'http://127.0.0.1:7300';
  return {
    controlPlane: { url, admin: createApiClient(url, asAdmin(adminKey)) },
    standin: { controlUrl: 'http://127.0.0.1:7303' },
    webUrl: 'http://127.0.0.1:7310',
    containerOf: (service) => containerOfService(engine, service),
    run,
    stop,
  };
}

async function containerOfService(engine: TestEngine, service: string): Promise<string> {
  const ofService = ['--filter', `label=com.docker.compose.service=${service}`];
  const id = (await engine.docker(['ps', '--all', '--quiet', ...ofService])).trim();
  if (!/^\w+$/.test(id)) throw new Error(`${service} is not one container but ${JSON.stringify(id)}`);
  return id;
}
