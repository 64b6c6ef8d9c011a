import { eventually } from '../eventually';
import { freePort } from '../free-port';
import { repository } from '../repository';
import { startStack, type Stack } from '../stack';
import type { TestEngine } from './test-engine';

/** Of the workers' bridge on this machine, where the link and the stand-in are found from containers. */
export const workerGateway = '10.213.0.1';

export const firewallName = 'firewall';

/** As a fleet is deployed, but for the control plane, which is a process here and can be looked into. */
export interface ContainerStack extends Stack {
  /** Where workers find the link. */
  readonly linkPort: number;
}

/** Builds one of our images by its own Dockerfile. @returns its name */
export async function buildImage(engine: TestEngine, name: string): Promise<string> {
  const image = `wafleet/${name}`;
  await engine.build(repository, image, ['--file', `${repository}/docker/${name}/Dockerfile`]);
  return image;
}

/** A stack whose workers are containers of our image, behind our firewall, on a network as compose makes it. */
export async function startContainerStack(
  engine: TestEngine,
  options: { policy?: object; env?: Record<string, string> } = {},
): Promise<ContainerStack> {
  const image = await buildImage(engine, 'worker');
  await buildImage(engine, 'firewall');
  await makeNetwork(engine);
  const linkPort = await freePort();
  const stack = await startStack({
    standinHost: workerGateway,
    env: {
      WORKER_DRIVER: 'docker',
      DOCKER_HOST: engine.host,
      WORKER_IMAGE: image,
      WORKER_CONTAINER: JSON.stringify(options.policy ?? {}),
      BROWSER_PATH: '/usr/lib/chromium/chromium-headless-shell',
      BROWSER_HEADLESS: 'shell',
      LINK_HOST: workerGateway,
      LINK_PORT: String(linkPort),
      ...options.env,
    },
  });
  await startFirewall(engine, [linkPort, tlsPortOf(stack)]);
  return { ...stack, linkPort };
}

/** Whether workers are walled in at this moment. */
export async function isFirewallUp(engine: TestEngine): Promise<boolean> {
  return engine.docker(['exec', firewallName, '/firewall.sh', 'check']).then(
    () => true,
    () => false,
  );
}

async function makeNetwork(engine: TestEngine): Promise<void> {
  const bridge = ['enable_icc=false', 'name=wafleet0'];
  const flags = bridge.flatMap((option) => ['--opt', `com.docker.network.bridge.${option}`]);
  const range = ['--subnet', '10.213.0.0/16', '--gateway', workerGateway];
  await engine.docker(['network', 'create', ...range, ...flags, 'wafleet-workers']);
}

async function startFirewall(engine: TestEngine, openPorts: number[]): Promise<void> {
  const rights = ['--network', 'host', '--cap-drop', 'ALL', '--cap-add', 'NET_ADMIN', '--cap-add', 'NET_RAW'];
  const settings = ['--env', `OPEN_PORTS=${openPorts.join(' ')}`];
  await engine.docker([
    'run',
    '--detach',
    '--name',
    firewallName,
    ...rights,
    ...settings,
    'wafleet/firewall',
  ]);
  await eventually(() => isFirewallUp(engine), {
    timeoutMs: 60_000,
    what: async () => `the rules; ${await engine.docker(['logs', firewallName])}`,
  });
}

/** From the browser's flags, which are how a browser finds it. */
function tlsPortOf({ standin }: Stack): number {
  return Number(/:(\d+),/.exec(standin.browserArgs[0] ?? '')?.[1]);
}
