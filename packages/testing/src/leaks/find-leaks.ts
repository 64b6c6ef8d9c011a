import { readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listProcessIds, readFileLocks, readProcFile } from '@wafleet/runtime';
import { eventually } from '../eventually';
import { findTenantProcesses, type TenantProcess } from '../faults/tenant-processes';

/** Where a stack's tenants live, and the system users they run as; null where they share the caller's. */
export interface StackPlaces {
  tenantsDir: string;
  users: { first: number; count: number } | null;
}

const settledWithinMs = 15_000;

/**
 * Resolves when nothing is there that no live tenant owns; what has just been ended is given a moment.
 * @param live the tenants of which something may run
 * @throws Error that names what is left
 */
export async function requireNoLeaks(places: StackPlaces, live: readonly string[]): Promise<void> {
  await eventually(() => findLeaks(places, live).length === 0, {
    timeoutMs: settledWithinMs,
    what: () => `nothing to be left over; left:\n${findLeaks(places, live).join('\n')}`,
    everyMs: 100,
  });
}

/** One line for each process, temp file, lock and socket of the stack that no live tenant owns. */
export function findLeaks(places: StackPlaces, live: readonly string[]): string[] {
  const processes = findTenantProcesses(places.tenantsDir);
  return [
    ...processLeaks(processes, live),
    ...strangers(processes, places.users),
    ...tenantIdsIn(places.tenantsDir).flatMap((tenantId) => {
      const own = processes.filter((one) => one.tenantId === tenantId && live.includes(tenantId));
      const folder = join(places.tenantsDir, tenantId);
      return [...fileLeaks(folder, own), ...lockLeaks(folder, own)];
    }),
    ...sharedTempLeaks(places.users),
  ];
}

/** All processes of a live tenant descend from its one worker. */
function processLeaks(processes: readonly TenantProcess[], live: readonly string[]): string[] {
  return processes.flatMap((one) => {
    const what = `process ${one.pid} (${one.role}) of ${one.tenantId}`;
    if (!live.includes(one.tenantId)) return [`${what}, which should not run`];
    const worker = processes.find(({ tenantId, role }) => tenantId === one.tenantId && role === 'worker');
    const known = new Map(processes.map((process) => [process.pid, process]));
    let ancestor: TenantProcess | undefined = one;
    while (ancestor && ancestor.pid !== worker?.pid) ancestor = known.get(ancestor.parent);
    return ancestor ? [] : [`${what}, which is no child of its worker`];
  });
}

/** Processes of the tenants' users that carry no mark of a tenant any more. */
function strangers(processes: readonly TenantProcess[], users: StackPlaces['users']): string[] {
  if (users === null) return [];
  const known = new Set(processes.map(({ pid }) => pid));
  return listProcessIds().flatMap((pid) => {
    const status = known.has(pid) ? null : readProcFile(pid, 'status');
    if (status === null || /^State:\s+[ZX]/m.test(status)) return [];
    const user = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
    return isOne(users, user) ? [`process ${pid} of user ${user}, unknown whose`] : [];
  });
}

/** What lies in the tenant's temp folder since before its browser, and sockets that nobody listens at. */
function fileLeaks(folder: string, own: readonly TenantProcess[]): string[] {
  const browser = own.find(({ role }) => role === 'browser');
  const listening = readFileSync('/proc/net/unix', 'utf8');
  const temp = entriesOf(join(folder, 'tmp')).filter(
    (path) => !browser || changedAt(path) < browser.startedAt,
  );
  const sockets = ['tmp', 'run', 'home', 'profile']
    .flatMap((name) => entriesOf(join(folder, name)))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isSocket() && !listening.includes(path));
  return [...temp.map((path) => `temp file ${path}`), ...sockets.map((path) => `socket ${path}`)];
}

/** The profile's lock is held by the tenant's browser, or by nobody. */
function lockLeaks(folder: string, own: readonly TenantProcess[]): string[] {
  const lock = statSync(join(folder, 'run/browser.lock'), { throwIfNoEntry: false });
  if (!lock) return [];
  return readFileLocks()
    .filter(({ inode }) => inode === lock.ino)
    .filter((held) => !own.some(({ pid, role }) => pid === held.pid && role === 'browser'))
    .map(({ pid }) => `lock of ${folder}, held by ${pid}`);
}

function sharedTempLeaks(users: StackPlaces['users']): string[] {
  if (users === null) return [];
  return [...new Set([tmpdir(), '/tmp', '/var/tmp', '/dev/shm'])]
    .flatMap(entriesOf)
    .filter((path) => isOne(users, statSync(path, { throwIfNoEntry: false })?.uid ?? -1))
    .map((path) => `temp file ${path}`);
}

function isOne(users: NonNullable<StackPlaces['users']>, user: number): boolean {
  return user >= users.first && user < users.first + users.count;
}

function tenantIdsIn(tenantsDir: string): string[] {
  return entriesOf(tenantsDir).map((path) => path.slice(tenantsDir.length + 1));
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return []; // It is gone, or was never there.
  }
}

function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
}
