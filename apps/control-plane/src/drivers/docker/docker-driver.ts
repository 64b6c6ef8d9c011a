import { setTimeout as delay } from 'node:timers/promises';
import type { TenantId } from '@wafleet/contracts';
import {
  clearTempFolder,
  hasFolder,
  moveProfileToTrash,
  prepareFolder,
  removeFolder,
  requireFreeLock,
  tenantFolder,
  writeSettings,
} from '../tenant-files/tenant-folder';
import {
  DriverError,
  type Observation,
  type SharedSettings,
  type WorkerDriver,
  type WorkerSpec,
} from '../worker-driver';
import {
  containerName,
  containerSpec,
  labels,
  readLabels,
  tenantDir,
  type WorkerContainer,
  type WorkerTemplate,
} from './container/container-spec';
import { handleOf, observationOf } from './container/container-state';
import { EngineRefusal, type Engine } from './engine';
import { watchEnds } from './engine-events';
import { createImageBuilds } from './image-builds';
import { keepLastWords } from './last-words';
import { startFailure } from './start-failure';

export interface DockerDriverOptions {
  engine: Engine;
  template: WorkerTemplate;
  tenantsDir: string;
  /** What all workers are told alike. */
  settings: SharedSettings;
  /** Asked at each start: makes the network where it is missing, and says where workers find us. */
  linkUrl: () => Promise<string>;
  now: () => Date;
}

const pollMs = 50;
const memoryNewsMs = 300;
/** What the kernel or the engine takes to end a container that was killed. */
const killTimeoutMs = 20_000;

/**
 * A container per tenant on the engine of this machine. The tenant's files are the same as under any driver: the folder
 * of the tenant, mounted into its container and no other.
 */
export function createDockerDriver(options: DockerDriverOptions): WorkerDriver {
  const { engine, template, tenantsDir } = options;
  const { instanceId } = template;
  const nameOf = (tenantId: TenantId) => containerName(instanceId, tenantId);
  const folderOf = (tenantId: TenantId) => tenantFolder(tenantsDir, tenantId);
  const heard = new Set<string>();
  const builds = createImageBuilds(engine, template.image);

  return {
    name: 'docker',
    limits: true,
    start,
    stop,
    kill,
    findBuild: builds.find,
    hasBuild: builds.has,
    inspect,
    list,
    setProfileAside,
    clearTemp,
    remove,
    watch: (onEnd) => watchEnds(engine, instanceId, onEnd),
  };

  async function start(spec: WorkerSpec) {
    const { tenantId, generation, token, takeOver, hasLogin, proxyUrl } = spec;
    const running = await inspect(tenantId);
    if (running.state === 'unknown') throw new DriverError('engine_unreachable', running.detail);
    if (running.state === 'running') {
      if (running.generation === generation) return running.handle;
      throw new DriverError('profile_locked', 'The worker of another generation still runs.');
    }
    await removeContainer(tenantId);
    const folder = folderOf(tenantId);
    if (await hasFolder(folder)) {
      await requireFreeLock(folder);
      await clearTempFolder(folder);
    }
    const uid = spec.osUid;
    await prepareFolder(folder, uid);
    const linkUrl = await options.linkUrl();
    const identity = { tenantId, generation, token, linkUrl, tenantDir, hasOwnGroup: true };
    await writeSettings(folder, { ...options.settings, ...identity, takeOver, hasLogin, proxyUrl }, uid);
    const image = spec.build?.id ?? template.image;
    return run({ tenantId, generation, user: userOf(uid), image, limits: spec.limits });
  }

  async function run(worker: WorkerContainer) {
    const { tenantId, image } = worker;
    const spec = containerSpec(template, worker);
    try {
      const { id } = await engine.ask('make the container', (docker) => docker.createContainer(spec), 30_000);
      await engine.ask('start the container', (docker) => docker.getContainer(id).start(), 30_000);
      const ours = readLabels(instanceId, spec.Labels);
      if (ours === null) throw new Error('a container without labels of ours');
      return handleOf({ Id: id }, ours);
    } catch (error) {
      if (!(error instanceof EngineRefusal)) throw error;
      await removeContainer(tenantId);
      throw startFailure(error, image);
    }
  }

  async function stop(tenantId: TenantId, timeoutMs: number) {
    const t = Math.max(1, Math.ceil(timeoutMs / 1_000));
    await unlessGone('stop the container', timeoutMs + killTimeoutMs, (docker) =>
      docker.getContainer(nameOf(tenantId)).stop({ t }),
    );
    await kill(tenantId);
  }

  async function kill(tenantId: TenantId) {
    const deadline = Date.now() + killTimeoutMs;
    for (;;) {
      const { state } = await look(tenantId);
      if (state === 'stopped' || state === 'gone') break;
      if (Date.now() > deadline) throw new DriverError('profile_locked', 'The container can’t be killed.');
      await unlessGone('kill the container', killTimeoutMs, (docker) =>
        docker.getContainer(nameOf(tenantId)).kill({ signal: 'SIGKILL' }),
      );
      await delay(pollMs);
    }
    await requireFreeLock(folderOf(tenantId));
  }

  async function inspect(tenantId: TenantId): Promise<Observation> {
    try {
      return await look(tenantId);
    } catch (error) {
      if (!(error instanceof DriverError) && !(error instanceof EngineRefusal)) throw error;
      return { state: 'unknown', detail: error.message };
    }
  }

  /** @throws DriverError, EngineRefusal when it can't be known */
  async function look(tenantId: TenantId): Promise<Observation> {
    const found = await find(tenantId);
    if (found === null) return { state: 'gone' };
    const ours = readLabels(instanceId, found.Config.Labels);
    if (ours?.tenantId !== tenantId)
      return { state: 'unknown', detail: `The container ${nameOf(tenantId)} is not of this installation.` };
    const observed = observationOf(found, ours);
    if (observed.state !== 'stopped' || heard.has(found.Id)) return observed;
    heard.add(found.Id);
    // A folder that can't be written may be the very trouble; its end is known all the same.
    await keepLastWords(engine, found, folderOf(tenantId)).catch(() => undefined);
    if (observed.exit?.signal !== 'SIGKILL' || observed.exit.outOfMemory === true) return observed;
    // That memory ran out is told beside the end, and may come a moment later.
    await delay(memoryNewsMs);
    const later = await find(tenantId);
    return later === null ? observed : observationOf(later, ours);
  }

  async function find(tenantId: TenantId) {
    try {
      return await engine.ask('look at the container', (docker) =>
        docker.getContainer(nameOf(tenantId)).inspect(),
      );
    } catch (error) {
      if (error instanceof EngineRefusal && error.status === 404) return null;
      throw error;
    }
  }

  async function list() {
    const found = await engine.ask('list containers', (docker) =>
      docker.listContainers({ filters: { label: [`${labels.instance}=${instanceId}`] } }),
    );
    return found.flatMap(({ Labels }) => readLabels(instanceId, Labels)?.tenantId ?? []);
  }

  /** Returns when the name is free: the engine may say that it is done before it is. */
  async function removeContainer(tenantId: TenantId) {
    const deadline = Date.now() + killTimeoutMs;
    for (;;) {
      const found = await find(tenantId);
      if (found === null) return;
      heard.delete(found.Id);
      if (readLabels(instanceId, found.Config.Labels)?.tenantId !== tenantId)
        throw new DriverError(
          'profile_locked',
          `The container ${nameOf(tenantId)} is not of this installation.`,
        );
      if (Date.now() > deadline) throw new DriverError('profile_locked', 'The container can’t be removed.');
      await unlessGone('remove the container', killTimeoutMs, (docker) =>
        docker.getContainer(found.Id).remove({ force: true, v: true }),
      );
    }
  }

  async function setProfileAside(tenantId: TenantId) {
    await moveProfileToTrash(folderOf(tenantId), options.now());
  }

  async function clearTemp(tenantId: TenantId) {
    const folder = folderOf(tenantId);
    await requireFreeLock(folder);
    await clearTempFolder(folder);
  }

  async function remove(tenantId: TenantId) {
    await removeContainer(tenantId);
    await removeFolder(folderOf(tenantId));
  }

  /** What is not there, or is that way already, needs nothing (304, 404, 409). */
  async function unlessGone(what: string, timeoutMs: number, call: Parameters<Engine['ask']>[1]) {
    try {
      await engine.ask(what, call, timeoutMs);
    } catch (error) {
      if (!(error instanceof EngineRefusal) || ![304, 404, 409].includes(error.status)) throw error;
      await delay(pollMs);
    }
  }
}

/** A tenant's own system user where it has one, else the one that all files belong to. */
function userOf(uid: number | null): string {
  return uid === null ? `${process.getuid?.()}:${process.getgid?.()}` : `${uid}:${uid}`;
}
