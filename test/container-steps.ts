import {
  buildImage,
  type ContainerStack,
  startContainerStack,
  startTestEngine,
  type TestEngine,
} from '@wafleet/testing';

export interface Containers {
  engine: TestEngine;
  stack: ContainerStack;
}

/** A fleet of containers on an engine of its own; null where this machine can have none, which is said. */
export async function startContainers(
  options: Parameters<typeof startContainerStack>[1],
): Promise<Containers | null> {
  const buildImages = async (engine: TestEngine) => {
    for (const image of ['worker', 'firewall']) await buildImage(engine, image);
  };
  return startOnEngine(buildImages, (engine) => startContainerStack(engine, options));
}

/**
 * Something on an engine of its own; null where this machine can have none, or can't build its images, which is said.
 * Building needs Debian's mirror and the registry.
 */
export async function startOnEngine<Started>(
  buildImages: (engine: TestEngine) => Promise<void>,
  start: (engine: TestEngine) => Promise<Started>,
): Promise<{ engine: TestEngine; stack: Started } | null> {
  const engine = await startTestEngine();
  if (engine === null) return null;
  try {
    await buildImages(engine);
  } catch (error) {
    await engine.stop();
    if (process.env.REQUIRE_DOCKER) throw error;
    process.stderr.write(
      `Images can not be built here, containers are not shown: ${String(error).slice(-2_000)}\n`,
    );
    return null;
  }
  const stack = await start(engine).catch(async (error: unknown) => {
    await engine.stop();
    throw error;
  });
  return { engine, stack };
}

export async function containerOf(engine: TestEngine, tenantId: string): Promise<string> {
  return (await engine.docker(['ps', '--quiet', '--filter', `label=wafleet.tenant=${tenantId}`])).trim();
}

/** A host and a port. */
export type Place = readonly [string, number];

/** Runs a script of the shell in a container. @returns what it printed */
export async function inside(engine: TestEngine, container: string, script: string): Promise<string> {
  return (await engine.docker(['exec', container, 'sh', '-c', script])).trim();
}

/** Of all its networks. */
export async function addressesOf(engine: TestEngine, container: string): Promise<string[]> {
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}';
  return (await engine.docker(['inspect', '--format', format, container])).trim().split(/\s+/);
}

/** Tries to reach a place from a container that has Node. @returns 'connected', or why not */
export async function tryFrom(engine: TestEngine, container: string, place: Place): Promise<string> {
  return (await tryEachFrom(engine, container, [place]))[0] as string;
}

/** The same with several at once. */
export async function tryEachFrom(
  engine: TestEngine,
  container: string,
  places: readonly Place[],
): Promise<string[]> {
  const script = `
    const tries = ${JSON.stringify(places)}.map(([host, port]) => new Promise((say) => {
      const socket = require('net').connect({ host, port, timeout: 3000 });
      socket.on('connect', () => say('connected'));
      socket.on('timeout', () => say('no answer'));
      socket.on('error', (error) => say(error.code));
    }));
    Promise.all(tries).then((outcomes) => {
      console.log(JSON.stringify(outcomes));
      process.exit(0);
    });`;
  return JSON.parse(await engine.docker(['exec', container, 'node', '-e', script])) as string[];
}
