import { findWorkers, killWorkers } from './worker-processes';
import type { Config } from '../config';
import { type Access, writeAccess } from './access';
import { startControlPlane } from './control-plane';
import { keepRunning, type KeptRunning, type Running } from './keep-running';
import { type Places, preparePlaces } from './places';
import type { Progress } from './progress';
import { controlPlaneEnvironment, requireFreePorts } from './control-plane-environment';
import { findBrowserFor, startDatabase, startQueueServer, startSimulation, startWebApp } from './parts';
import { takeOver } from './run-record';
import { join } from 'node:path';

export interface LocalStack {
  access: Access;
  /**
   * Lets the workers end, what is wanted of them untouched, then ends everything else in reverse order of its start.
   * Repeats wait for the same end.
   */
  stop(): Promise<void>;
  /** Ends at once what would outlive this process. */
  kill(): void;
}

/** What a part of the stack is started with. */
export interface Launch {
  config: Config;
  places: Places;
  progress: Progress;
  /** Starts a process of the stack and keeps it running until the stack stops. */
  keep: <T extends Running>(name: string, endsBy: NodeJS.Signals, start: () => Promise<T>) => Promise<T>;
}

/**
 * Starts everything that Wafleet needs on this machine and doesn't have yet, and keeps it running.
 * @throws StackError; what was started until then is stopped
 */
export async function startLocalStack(
  config: Config,
  options: { withStandin: boolean; progress: Progress },
): Promise<LocalStack> {
  const { progress } = options;
  const places = await preparePlaces(config.DATA_DIR);
  const { record, wasCutOff, ended } = await takeOver(places.dataDir);
  if (wasCutOff) {
    const left = ended.length > 0 ? `; ended what it left: ${ended.join(', ')}` : '; nothing of it is left';
    progress.step(`The earlier run was cut off${left}`);
  }

  const kept = new Map<string, KeptRunning<Running> | null>();
  const keep: Launch['keep'] = async (name, endsBy, start) => {
    // Its place in the order in which everything is stopped, also where it is ready before another that was begun first.
    kept.set(name, null);
    const process = await keepRunning({
      start,
      onStarted: (pid) => record.set(name, pid, endsBy),
      onTrouble: (what) => progress.step(`${name} ${what}`),
    });
    kept.set(name, process);
    return process.current();
  };

  const stopAll = async () => {
    for (const process of [...kept.values()].reverse()) await process?.stop();
    await record.remove();
  };
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= stopAll());
  try {
    const access = await startParts({ config, places, progress, keep }, options.withStandin);
    return { access, stop, kill: () => killAll(kept.get(controlPlane), places) };
  } catch (error) {
    await stop();
    throw error;
  }
}

const controlPlane = 'control plane';

async function startParts(launch: Launch, withStandin: boolean): Promise<Access> {
  const { config, places, progress, keep } = launch;
  // A browser may have to be fetched: that goes on beside the rest. Its failure is met where it is awaited.
  const browserFound = findBrowserFor(launch);
  browserFound.catch(() => undefined);
  const [databaseUrl, redisUrl, standin] = await allSettled([
    startDatabase(launch),
    startQueueServer(launch),
    withStandin ? startSimulation(launch) : undefined,
  ]);
  const browser = await browserFound;

  const waiting = findWorkers(places.tenantsDir).length;
  if (waiting > 0) progress.step(`${waiting} sessions ran on without a control plane; they are taken over`);

  const url = `http://${config.HOST === '0.0.0.0' ? '127.0.0.1' : config.HOST}:${config.PORT}`;
  const access = await writeAccess(places.dataDir, {
    controlPlaneUrl: url,
    webUrl: config.WITH_WEB ? config.PUBLIC_URL : undefined,
    standinUrl: standin?.controlUrl,
    adminKey: config.ADMIN_KEY,
    portalKey: config.PORTAL_KEY,
  });
  const env = await controlPlaneEnvironment({
    config,
    places,
    access,
    databaseUrl,
    redisUrl,
    browser,
    standin,
  });
  await requireFreePorts(config);
  const logFile = join(places.logsDir, 'control-plane.log');
  await allSettled([
    // Left behind without its launcher it would stop the workers when asked to end; killed, it leaves them to the next one.
    keep(controlPlane, 'SIGKILL', () => startControlPlane({ url, env, logFile })).then(() =>
      progress.step('Control plane is ready'),
    ),
    config.WITH_WEB ? startWebApp(launch, access) : undefined,
  ]);
  return access;
}

/** Like Promise.all, but none is still starting when another one's failure is thrown. */
async function allSettled<T extends readonly unknown[]>(
  parts: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(parts);
  return Promise.all(parts);
}

/** Everything else is tied to this process and ends with it. */
function killAll(controlPlaneProcess: KeptRunning<Running> | null | undefined, places: Places): void {
  if (controlPlaneProcess) process.kill(controlPlaneProcess.current().pid, 'SIGKILL');
  killWorkers(places.tenantsDir);
}
