import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { open, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { programsDir } from '@wafleet/local-stack';
import { eventually } from '../eventually';
import { killIfThere } from '../kill-if-there';
import { tempDir } from '../temp-dir';
import { baseArchive, baseImage, baseImageChanges, otherNames } from './base-image';
import { findCompose } from './compose-program';
import { endChild, killRemains, listCommands, threadStates, unmountBelow } from './engine-processes';
import { rememberNetwork } from './host-network';
import { takeNetworkTurn } from './network-turn';
import { createOperatorShell, type OperatorShell } from './operator-shell';
import { findEnginePrograms } from './programs';

const run = promisify(execFile);

/** A Docker Engine of the caller's own, that can be lost in every way that an engine is lost in. */
export interface TestEngine {
  /** For DOCKER_HOST. */
  readonly host: string;
  /** Runs a command of `docker` there. @returns what it wrote to its standard output */
  docker(args: string[], options?: { timeoutMs?: number }): Promise<string>;
  /** Builds an image of a folder with a Dockerfile, on the network of this machine. */
  build(folder: string, tag: string, args?: string[]): Promise<void>;
  /** A shell in a folder for who is to work with it by `docker` and `docker compose`. */
  shellIn(folder: string): Promise<OperatorShell>;
  /** The daemon ends at once; containers go on. */
  kill(): Promise<void>;
  /** Starts it again after kill(). */
  revive(): Promise<void>;
  /**
   * The daemon ends in good order and is started again, as by an upgrade of its package.
   * @param options.endsContainers as an engine without `live-restore` does it: its containers end with it
   */
  restart(options?: { endsContainers?: boolean }): Promise<void>;
  /** The daemon lives and does not answer. */
  hang(): Promise<void>;
  resume(): void;
  /** Ends it with all its containers, and leaves this machine as it was. */
  stop(): Promise<void>;
}

/** Of the folders of engines; whoever finds one without a live owner may end what is left of it. */
const prefix = 'wafleet-test-engine-';

/**
 * An engine, or null where this machine can run none. It has the machine's network alone: a second one waits, and so does
 * who opens a browser on the machine (see takeNetworkTurn).
 * @throws Error instead of null when REQUIRE_DOCKER is set
 */
export async function startTestEngine(): Promise<TestEngine | null> {
  try {
    return await startEngine();
  } catch (cause) {
    const why = (cause instanceof Error ? cause.message : String(cause)).slice(0, 600);
    if (process.env.REQUIRE_DOCKER)
      throw new Error(`REQUIRE_DOCKER is set and no Docker Engine is to be had: ${why}`, { cause });
    process.stderr.write(`No Docker Engine is to be had here (${why}): what needs one is not shown.\n`);
    return null;
  }
}

async function startEngine(): Promise<TestEngine> {
  if (process.getuid?.() !== 0) throw new Error('only root can start one');
  const programs = await findEnginePrograms();
  const archive = await baseArchive(programs);
  const unlock = await takeNetworkTurn('change');
  try {
    await requireNoOther();
    return await startAlone(programs, archive, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

async function startAlone(
  programs: NodeJS.ProcessEnv,
  archive: string,
  unlock: () => void,
): Promise<TestEngine> {
  const restoreNetwork = await rememberNetwork(programs);
  const folder = await tempDir(prefix);
  const socket = join(folder.path, 'docker.sock');
  const host = `unix://${socket}`;
  const pidFile = join(folder.path, 'docker.pid');
  const logFile = join(folder.path, 'dockerd.log');
  const configFile = join(folder.path, 'daemon.json');
  const config = {
    'data-root': dataRoot(),
    'exec-root': join(folder.path, 'exec'),
    pidfile: pidFile,
    hosts: [host],
    // As docs/deploy.md recommends: containers outlive a restart of the engine.
    'live-restore': true,
    bridge: 'none',
  };
  await writeFile(configFile, JSON.stringify(config));
  const env = { ...programs, DOCKER_HOST: host, DOCKER_BUILDKIT: '1', DOCKER_CONFIG: folder.path };
  const docker: TestEngine['docker'] = async (args, { timeoutMs = 60_000 } = {}) => {
    const options = { env, timeout: timeoutMs, maxBuffer: 64_000_000 };
    return (await run('docker', args, options)).stdout;
  };
  let daemon: ChildProcess;

  const engine: TestEngine = {
    host,
    docker,
    async build(context, tag, args = []) {
      await docker(['build', '--network', 'host', '--tag', tag, ...args, context], { timeoutMs: 900_000 });
    },
    async shellIn(workFolder) {
      return createOperatorShell({ folder: workFolder, env, compose: await findCompose(env) });
    },
    async kill() {
      await endChild(daemon, 'SIGKILL');
    },
    async revive() {
      await forgetPids();
      await startDaemon();
    },
    async restart({ endsContainers = false } = {}) {
      if (endsContainers) await keepContainers(false);
      // It gives each of its containers a quarter of a minute.
      await endChild(daemon, 'SIGTERM', 120_000);
      await writeFile(configFile, JSON.stringify(config));
      await forgetPids();
      await startDaemon();
    },
    async hang() {
      daemon.kill('SIGSTOP');
      const stopped = () => threadStates(daemon.pid as number).every((state) => state === 'T');
      await eventually(stopped, { timeoutMs: 60_000, what: 'the engine to stand still' });
    },
    resume: () => void daemon.kill('SIGCONT'),
    async stop() {
      daemon.kill('SIGCONT');
      await clearContainers().catch(() => undefined);
      // What other versions of our images have left.
      await docker(['image', 'prune', '--force']).catch(() => '');
      await docker(['builder', 'prune', '--force', '--keep-storage', '6GB']).catch(() => '');
      await endDaemon();
    },
  };

  try {
    await startDaemon();
    await clearContainers();
    if (!(await docker(['images', '--quiet', baseImage])).trim()) {
      const changes = baseImageChanges.flatMap((change) => ['--change', change]);
      await docker(['import', ...changes, archive, baseImage], { timeoutMs: 120_000 });
      for (const name of otherNames) await docker(['tag', baseImage, name]);
    }
    return engine;
  } catch (error) {
    const log = readFileSync(logFile, 'utf8').split('\n').slice(-5).join('\n');
    await endDaemon();
    // What earlier runs have left may be the reason; the next one begins without it.
    await rm(dataRoot(), { recursive: true, force: true }).catch(() => undefined);
    throw new Error(`it does not start: ${String(error)}\n${log}`, { cause: error });
  }

  /** Images are kept from run to run; containers, networks and volumes, those of a run that was killed too, are not. */
  async function clearContainers(): Promise<void> {
    const ids = (await docker(['ps', '--all', '--quiet'])).split('\n').filter(Boolean);
    if (ids.length > 0) await docker(['rm', '--force', '--volumes', ...ids]);
    await docker(['network', 'prune', '--force']);
    const volumes = (await docker(['volume', 'ls', '--quiet'])).split('\n').filter(Boolean);
    if (volumes.length > 0) await docker(['volume', 'rm', '--force', ...volumes]);
  }

  /** Over a restart of the daemon that lives now. */
  async function keepContainers(areKept: boolean): Promise<void> {
    await writeFile(configFile, JSON.stringify({ ...config, 'live-restore': areKept }));
    daemon.kill('SIGHUP');
    await eventually(
      async () => (await docker(['info', '--format', '{{.LiveRestoreEnabled}}'])).trim() === String(areKept),
      { timeoutMs: 60_000, what: 'the engine to read its settings again' },
    );
  }

  /** On a busy machine its containerd may take longer than it waits for it; then it ends, and is started again. */
  async function startDaemon(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await spawnDaemon();
      const outcome = await eventually(
        async () => ((await answers(socket)) ? 'answers' : hasEnded(daemon) ? 'ended' : null),
        { timeoutMs: 90_000, what: 'the engine to answer' },
      );
      if (outcome === 'answers') return;
      if (attempt === 3) throw new Error('it ends as it is started');
      await forgetPids();
    }
  }

  /** Whoever was killed left them; where nobody reaps the dead, their numbers still look alive. */
  async function forgetPids(): Promise<void> {
    for (const file of [pidFile, join(folder.path, 'exec/containerd/containerd.pid')])
      await rm(file, { force: true });
  }

  async function spawnDaemon(): Promise<void> {
    const log = await open(logFile, 'a');
    daemon = spawn('dockerd', ['--config-file', configFile], {
      env: programs,
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
    });
    await new Promise((resolve, reject) => daemon.once('spawn', resolve).once('error', reject));
    await log.close();
  }

  /** What can't be put in order is said, and stands in the way of nothing else. */
  async function endDaemon(): Promise<void> {
    const say = (error: unknown) => void process.stderr.write(`Left by the engine: ${String(error)}\n`);
    if (!hasEnded(daemon)) await endChild(daemon, 'SIGTERM', 20_000);
    await killRemains(dataRoot(), folder.path).catch(say);
    await unmountBelow(folder.path).catch(say);
    await unmountBelow(dataRoot()).catch(say);
    await restoreNetwork().catch(say);
    await folder.remove().catch(say);
    unlock();
  }
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

async function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, path: '/_ping', timeout: 2_000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve(false));
    asked.end();
  });
}

/** Images and what building them has cached, for the next run; only who has the lock may touch it. */
const dataRoot = () => join(programsDir(), 'docker-data');

/** What a run that was killed has left is ended; any other engine is somebody's, and stays alone. */
async function requireNoOther(): Promise<void> {
  for (const { pid, command } of await listCommands()) {
    if (!/(^|\/)dockerd$/.test(command[0] ?? '')) continue;
    const left = new RegExp(`(/\\S*${prefix}[^/]+)/`).exec(command.join(' '))?.[1];
    if (left === undefined) throw new Error(`another engine runs on this machine (process ${pid})`);
    killIfThere(pid);
    await killRemains(dataRoot(), left);
    await unmountBelow(left);
    await rm(left, { recursive: true, force: true });
  }
}
