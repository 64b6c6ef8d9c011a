import { setTimeout as delay } from 'node:timers/promises';
import { keepRunning } from '@wafleet/local-stack';
import { eventually } from '../eventually';
import type { ApiClient } from './api-client';
import type { ServerProcess } from './server-process';

export interface ControlPlane {
  readonly process: ServerProcess;
  readonly url: string;
  readonly admin: ApiClient;
}

/** Started again whenever it ends, as the launcher and every service manager do; `process` is the one of now. */
export interface KeptControlPlane extends ControlPlane {
  /** Resolves when the one of now has run for so long that its end counts as a first one: the next is started at once. */
  untilStable(): Promise<void>;
  /** Ends it in good order, and for good. Its workers go on. */
  stop(): Promise<void>;
}

/**
 * Keeps a control plane running from now on; resolves when the first one is ready.
 * @param launch starts one and does not wait for it
 */
export async function keepControlPlane(launch: () => ControlPlane): Promise<KeptControlPlane> {
  const launched: ControlPlane[] = [];
  const current = () => launched.at(-1) as ControlPlane;
  let launchedAt = 0;
  const kept = await keepRunning({
    start: async () => {
      launched.push(launch());
      launchedAt = performance.now();
      const { process: server } = current();
      return {
        pid: server.pid,
        exited: server.ended.then(() => undefined),
        stop: async () => void (await server.end()),
      };
    },
    onStarted: async () => undefined,
    onTrouble: () => undefined,
    stableMs,
  });
  await untilReady(current()).catch(async (error: unknown) => {
    await kept.stop();
    throw error;
  });
  const { url, admin } = current();
  return {
    url,
    admin,
    get process() {
      return current().process;
    },
    async untilStable() {
      await delay(launchedAt + stableMs + clockMs - performance.now());
    },
    stop: () => kept.stop(),
  };
}

/** Short, so that each fault of a suite meets a first start again. */
const stableMs = 1_000;
/** Two look at the clock, one a moment after the other. */
const clockMs = 100;

/** @throws Error with the end of what it printed; then it is no longer running */
export async function untilReady(
  { url, process: server }: ControlPlane,
  options: { standsBy?: boolean } = {},
): Promise<void> {
  const isThere = options.standsBy ? standsBy : answersOk;
  const outcome = await eventually(
    async () => !server.isRunning() || ((await isThere(`${url}/readyz`)) && 'ready'),
    {
      timeoutMs: 90_000,
      what: () => `control plane ready; it printed:\n${server.output().slice(-4_000)}`,
    },
  ).catch(async (error: unknown) => {
    await server.end('SIGKILL');
    throw error;
  });
  if (outcome !== 'ready') throw new Error(`the control plane ended:\n${server.output().slice(-4_000)}`);
}

async function answersOk(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    ({ status }) => status === 200,
    () => false,
  );
}

/** Its API answers before it has a database; only then does it know that another one is active. */
async function standsBy(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(2_000) })
    .then((response) => response.json() as Promise<{ code?: string }>)
    .then(
      ({ code }) => code === 'STANDBY',
      () => false,
    );
}
