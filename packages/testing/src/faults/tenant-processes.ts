import { join } from 'node:path';
import { listProcessIds, readProcFile, statFields } from '@wafleet/runtime';

export type ProcessRole = 'worker' | 'browser' | 'renderer' | 'other';

export interface TenantProcess {
  pid: number;
  tenantId: string;
  role: ProcessRole;
}

/**
 * Every live process that belongs to a tenant of this folder, as the kernel shows them now: those whose command line or
 * environment names the tenant's folder, and all that descend from them.
 */
export function findTenantProcesses(tenantsDir: string): TenantProcess[] {
  const all = listProcessIds().flatMap((pid) => look(pid, tenantsDir) ?? []);
  for (let grew = true; grew;) {
    grew = false;
    for (const one of all) {
      if (one.tenantId !== null) continue;
      one.tenantId = all.find(({ pid }) => pid === one.parent)?.tenantId ?? null;
      grew ||= one.tenantId !== null;
    }
  }
  return all.flatMap(({ pid, tenantId, command }) =>
    tenantId === null ? [] : [{ pid, tenantId, role: roleOf(command) }],
  );
}

/** The one process of the tenant in this role. @throws Error when there is none, or more than one */
export function processInRole(
  processes: readonly TenantProcess[],
  tenantId: string,
  role: ProcessRole,
): number {
  const [found, ...others] = processes.filter((one) => one.tenantId === tenantId && one.role === role);
  if (!found || others.length > 0)
    throw new Error(`tenant ${tenantId} has ${others.length + (found ? 1 : 0)} processes as ${role}`);
  return found.pid;
}

/**
 * How many browsers each tenant has now. Cheap enough to ask many times a second: only command lines are read, and the
 * parents of what looks like a browser. What a browser has forked carries its command line until it becomes another
 * program, and is none.
 */
export function countBrowsers(tenantsDir: string): Map<string, number> {
  const found = new Map<number, string>();
  for (const pid of listProcessIds()) {
    const command = readProcFile(pid, 'cmdline') ?? '';
    const tenantId = isBrowser(command) ? tenantIn(command, tenantsDir) : null;
    if (tenantId !== null) found.set(pid, tenantId);
  }
  const counts = new Map<string, number>();
  for (const [pid, tenantId] of found) {
    const stat = readProcFile(pid, 'stat');
    if (stat === null) continue; // It has ended meanwhile.
    const [, parent] = statFields(stat);
    if (found.get(Number(parent)) !== tenantId) counts.set(tenantId, (counts.get(tenantId) ?? 0) + 1);
  }
  return counts;
}

interface Look {
  pid: number;
  parent: number;
  tenantId: string | null;
  command: string;
}

/** Null for what has ended, or is this very process. */
function look(pid: number, tenantsDir: string): Look | null {
  const [state = 'X', parent] = statFields(readProcFile(pid, 'stat') ?? 'X');
  if (pid === process.pid || 'ZX'.includes(state)) return null;
  const command = readProcFile(pid, 'cmdline') ?? '';
  const tenantId = tenantIn(command, tenantsDir) ?? tenantIn(readProcFile(pid, 'environ') ?? '', tenantsDir);
  return { pid, parent: Number(parent), tenantId, command };
}

function tenantIn(text: string, tenantsDir: string): string | null {
  const folder = join(tenantsDir, '/');
  const at = text.indexOf(folder);
  return at < 0 ? null : (/^ten_\w+/.exec(text.slice(at + folder.length))?.[0] ?? null);
}

function roleOf(command: string): ProcessRole {
  if (isBrowser(command)) return 'browser';
  if (/[\0 ]--type=renderer\b/.test(command)) return 'renderer';
  return /worker\.cjs\0?$/.test(command) ? 'worker' : 'other';
}

/** The main process: its children carry a type, and the program that takes the lock before it has another name. */
function isBrowser(command: string): boolean {
  if (!command.includes('--user-data-dir=') || /[\0 ]--type=/.test(command)) return false;
  return /chrom|headless/i.test(command.split('\0', 1)[0] ?? '');
}
