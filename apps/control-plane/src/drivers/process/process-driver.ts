import { setTimeout as delay } from 'node:timers/promises';
import type { TenantId } from '@wafleet/contracts';
import {
  DriverError,
  type Observation,
  type SharedSettings,
  type WorkerDriver,
  type WorkerEnd,
} from '../worker-driver';
import { launch } from './launch';
import { findTenantsWithProcesses, killTenantProcesses, sendSignal } from './process-tree';
import {
  clearTempFolder,
  hasFolder,
  moveProfileToTrash,
  prepareFolder,
  removeFolder,
  requireFreeLock,
  requireReachable,
  tenantFolder,
  writeSettings,
} from '../tenant-files/tenant-folder';
import { createWorkerBuilds } from './worker-builds';
import { isAlive, readRecord, writeRecord, type WorkerRecord } from './worker-record';
import { systemErrorCode } from '../../system-error';

export interface ProcessDriverOptions {
  tenantsDir: string;
  /** The Node binary, its flags, and the worker's bundle. */
  node: string;
  nodeFlags: readonly string[];
  bundle: string;
  /** Further builds of it, a folder each; null: there are none. */
  releasesDir: string | null;
  /** What all workers are told alike. */
  settings: SharedSettings;
  /** Asked at each start, because the port may be known only after listening. */
  linkUrl: () => string;
  now: () => Date;
}

const pollMs = 25;
/** The system tells of an end at once; we hear of it when our turn comes. */
const exitNewsMs = 1_000;

/**
 * Workers as processes of this machine, each in a session of its own, so that they outlive the control plane.
 * Started by root, each tenant's processes have a system user of their own.
 */
export function createProcessDriver(options: ProcessDriverOptions): WorkerDriver {
  const { tenantsDir } = options;
  const listeners = new Set<(tenantId: TenantId) => void>();
  const exits = new Map<WorkerRecord['pid'], Promise<WorkerEnd>>();
  const folderOf = (tenantId: TenantId) => tenantFolder(tenantsDir, tenantId);

  const builds = createWorkerBuilds(options);

  return {
    name: 'process',
    limits: false,
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
    watch,
  };

  async function start(spec: Parameters<WorkerDriver['start']>[0]) {
    const { tenantId, generation, token, osUid: uid, takeOver, hasLogin, proxyUrl } = spec;
    const running = await inspect(tenantId);
    if (running.state === 'unknown') throw new DriverError('permission_denied', running.detail);
    if (running.state === 'running') {
      if (running.generation === generation) return running.handle;
      throw new DriverError('profile_locked', 'The worker of another generation still runs.');
    }
    const folder = folderOf(tenantId);
    if (await hasFolder(folder)) {
      await killTenantProcesses(tenantsDir, tenantId);
      await requireFreeLock(folder);
      // What browsers that were killed have left there grows with each of them.
      await clearTempFolder(folder);
    }
    await prepareFolder(folder, uid);
    const bundle = builds.bundleOf(spec.build);
    if (uid !== null) for (const path of [bundle, folder.root]) await requireReachable(path);
    const identity = { tenantId, generation, token, linkUrl: options.linkUrl(), tenantDir: folder.root };
    const own = { ...identity, takeOver, hasLogin, hasOwnGroup: false, proxyUrl };
    await writeSettings(folder, { ...options.settings, ...own }, uid);

    const { record, ended } = await launch({ ...options, bundle }, folder, { generation, uid });
    writeRecord(folder.recordFile, record);
    exits.set(record.pid, ended);
    void ended.then((exit) => noteExit(tenantId, record, exit));
    return handleOf(record);
  }

  async function stop(tenantId: TenantId, timeoutMs: number) {
    const record = recordOf(tenantId);
    if (record !== null && isAlive(record)) {
      sendSignal(record.pid, 'SIGTERM');
      const deadline = Date.now() + timeoutMs;
      while (isAlive(record) && Date.now() < deadline) await delay(pollMs);
    }
    await kill(tenantId);
  }

  async function kill(tenantId: TenantId) {
    const record = recordOf(tenantId);
    if (record !== null && isAlive(record)) sendSignal(record.pid, 'SIGKILL');
    await killTenantProcesses(tenantsDir, tenantId);
    await requireFreeLock(folderOf(tenantId));
  }

  async function inspect(tenantId: TenantId): Promise<Observation> {
    try {
      const record = recordOf(tenantId);
      if (record === null) return { state: 'gone' };
      if (isAlive(record))
        return { state: 'running', generation: record.generation, handle: handleOf(record) };
      return { state: 'stopped', generation: record.generation, exit: await exitOf(record) };
    } catch (error) {
      if (!(error instanceof DriverError)) throw error;
      return { state: 'unknown', detail: error.message };
    }
  }

  /** Seen dead before we heard how it ended, our own child is waited for; of others nobody will hear. */
  async function exitOf({ pid, exit }: WorkerRecord): Promise<WorkerEnd | null> {
    return exit ?? Promise.race([exits.get(pid) ?? null, delay(exitNewsMs, null, { ref: false })]);
  }

  async function list() {
    return findTenantsWithProcesses(tenantsDir);
  }

  /** @throws DriverError where the record is there and can't be read */
  function recordOf(tenantId: TenantId): WorkerRecord | null {
    try {
      return readRecord(folderOf(tenantId).recordFile);
    } catch (cause) {
      const problem = `The record of the worker can't be read (${systemErrorCode(cause)}).`;
      throw new DriverError('permission_denied', problem, { cause });
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
    await removeFolder(folderOf(tenantId));
  }

  function watch(onEnd: (tenantId: TenantId) => void) {
    listeners.add(onEnd);
    return { stop: async () => void listeners.delete(onEnd) };
  }

  function noteExit(tenantId: TenantId, record: WorkerRecord, exit: WorkerEnd) {
    exits.delete(record.pid);
    try {
      // The next generation's record may lie there already; it stays.
      if (recordOf(tenantId)?.generation === record.generation)
        writeRecord(folderOf(tenantId).recordFile, { ...record, exit });
    } catch {
      // On a full disk the exit stays unknown; that it ended is seen all the same.
    }
    for (const listener of listeners) listener(tenantId);
  }
}

function handleOf(record: WorkerRecord) {
  const { version, generation, pid, startTime, bootId } = record;
  return { version, generation, pid, startTime, bootId };
}
