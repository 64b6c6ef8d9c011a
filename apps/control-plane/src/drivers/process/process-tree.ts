import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isTenantId, type TenantId } from '@wafleet/contracts';
import { DriverError } from '../worker-driver';
import { listProcesses, readArguments, readEnvironmentOf, readRealUser, type ProcessStat } from './proc';
import { systemErrorCode } from '../../system-error';

const pollMs = 20;
const killTimeoutMs = 10_000;

/** Values that name a path in the tenant's folder: of the worker, inherited by its browser, and of the browser itself. */
const environmentMarks = ['WORKER_SETTINGS_FILE=', 'HOME='];
const argumentMark = '--user-data-dir=';

/**
 * Every live process of the tenant: those that carry a mark, and all that descend from them, also when the worker itself
 * is long dead. A mark that another tenant's user put on is none: its processes would be endless. A process group is not enough, because the browser is started in one of its own; a system user is too
 * much, because another installation on this machine may use the same numbers.
 */
export function findTenantProcesses(tenantsDir: string, tenantId: TenantId): number[] {
  const processes = listProcesses();
  const user = tenantUser(tenantsDir, tenantId);
  // Whose it is costs little to read, its marks ten times as much; nobody is served meanwhile.
  const marked = processes.filter(
    ({ pid }) => (user === null || readRealUser(pid) === user) && markedTenant(tenantsDir, pid) === tenantId,
  );
  return withDescendants(marked, processes)
    .filter((member) => member.isAlive)
    .map((member) => member.pid);
}

/** The tenants of which any process is alive. */
export function findTenantsWithProcesses(tenantsDir: string): TenantId[] {
  const found = new Set<TenantId>();
  for (const { pid, isAlive } of listProcesses()) {
    const tenantId = isAlive ? markedTenant(tenantsDir, pid) : null;
    if (tenantId !== null) found.add(tenantId);
  }
  return [...found];
}

/** Every live process that was started with such an argument, and all that descend from it. */
export function findProcessesWith(isMark: (argument: string) => boolean): number[] {
  const processes = listProcesses();
  const marked = processes.filter(({ pid }) => readArguments(pid).some(isMark));
  return withDescendants(marked, processes)
    .filter((member) => member.isAlive)
    .map((member) => member.pid);
}

/**
 * Kills every process of the tenant and returns once none is left.
 * @throws DriverError when something survives
 */
export async function killTenantProcesses(tenantsDir: string, tenantId: TenantId): Promise<void> {
  await killUntilNone(() => findTenantProcesses(tenantsDir, tenantId));
}

/** @throws DriverError when something survives */
export async function killUntilNone(find: () => number[]): Promise<void> {
  const deadline = Date.now() + killTimeoutMs;
  for (;;) {
    const pids = find();
    if (pids.length === 0) return;
    if (Date.now() > deadline)
      throw new DriverError('profile_locked', `${pids.length} processes of the tenant can't be killed.`);
    for (const pid of pids) sendSignal(pid, 'SIGKILL');
    await delay(pollMs);
  }
}

/**
 * A process that is gone already needs no signal. One that only root may end, as the sandbox's helper can be, must not
 * keep the others from theirs; it ends with them, or is seen to be left.
 */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** The tenant's system user, as root wrote it down in the group of the tenant's folder; null where it has none. */
function tenantUser(tenantsDir: string, tenantId: TenantId): number | null {
  const folder = statSync(join(tenantsDir, tenantId), { throwIfNoEntry: false });
  return folder?.uid === 0 && folder.gid !== 0 ? folder.gid : null;
}

function markedTenant(tenantsDir: string, pid: number): TenantId | null {
  const marks = [
    ...readEnvironmentOf(pid).map((text) => valueOf(text, environmentMarks)),
    ...readArguments(pid).map((text) => valueOf(text, [argumentMark])),
  ];
  for (const path of marks) {
    if (path === null || !path.startsWith(`${tenantsDir}/`)) continue;
    const name = path.slice(tenantsDir.length + 1).split('/', 1)[0] ?? '';
    if (isTenantId(name)) return name;
  }
  return null;
}

function valueOf(text: string, prefixes: readonly string[]): string | null {
  const prefix = prefixes.find((candidate) => text.startsWith(candidate));
  return prefix === undefined ? null : text.slice(prefix.length);
}

function withDescendants(roots: ProcessStat[], all: ProcessStat[]): ProcessStat[] {
  const found = new Map(roots.map((root) => [root.pid, root]));
  const queue = [...roots];
  for (let parent = queue.pop(); parent !== undefined; parent = queue.pop()) {
    for (const child of all) {
      if (child.parentPid !== parent.pid || found.has(child.pid)) continue;
      found.set(child.pid, child);
      queue.push(child);
    }
  }
  return [...found.values()];
}
