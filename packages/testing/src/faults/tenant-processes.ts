import { uptime } from 'node:os';
import { join } from 'node:path';
import { listProcessIds, readProcFile, statFields } from '@wafleet/runtime';
import { NothingToMeetError } from './nothing-to-meet';

export type ProcessRole = 'worker' | 'browser' | 'renderer' | 'other';

export interface TenantProcess {
  pid: number;
  tenantId: string;
  role: ProcessRole;
  parent: number;
  /** Unix milliseconds, to a tenth of a second or so. */
  startedAt: number;
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
  return all.flatMap(({ tenantId, command, ...one }) =>
    tenantId === null ? [] : [{ ...one, tenantId, role: roleOf(command) }],
  );
}

/** The one process of the tenant in this role. @throws NothingToMeetError when there is none, or more than one */
export function processInRole(
  processes: readonly TenantProcess[],
  tenantId: string,
  role: ProcessRole,
): number {
  const [found, ...others] = processes.filter((one) => one.tenantId === tenantId && one.role === role);
  if (!found || others.length > 0)
    throw new NothingToMeetError(
      `tenant ${tenantId} has ${others.length + (found ? 1 : 0)} processes as ${role}`,
    );
  return found.pid;
}

/**
 * How many browsers each tenant has now. Cheap enough to ask many times a second: only command lines are read, and the
 * sessions of what looks like a browser. Looks twice, because a look takes a moment, in which one may end and the next
 * begin: what is there both times was there together.
 */
export function countBrowsers(tenantsDir: string): Map<string, number> {
  const found = listProcessIds().flatMap((pid) => browserOf(pid, tenantsDir) ?? []);
  const counts = new Map<string, number>();
  for (const { pid, tenantId, startTime } of found) {
    if (browserOf(pid, tenantsDir)?.startTime !== startTime) continue;
    counts.set(tenantId, (counts.get(tenantId) ?? 0) + 1);
  }
  return counts;
}

/** A browser leads a session. What it has forked shares its command line until it becomes another program, and leads none. */
function browserOf(
  pid: number,
  tenantsDir: string,
): { pid: number; tenantId: string; startTime: string } | null {
  const command = readProcFile(pid, 'cmdline') ?? '';
  const tenantId = isBrowser(command) ? tenantIn(command, tenantsDir) : null;
  const stat = tenantId === null ? null : readProcFile(pid, 'stat');
  if (tenantId === null || stat === null) return null;
  const fields = statFields(stat);
  const startTime = fields[19];
  return Number(fields[3]) === pid && startTime !== undefined ? { pid, tenantId, startTime } : null;
}

interface Look extends Pick<TenantProcess, 'pid' | 'parent' | 'startedAt'> {
  tenantId: string | null;
  command: string;
}

/** The kernel's clock for processes. */
const tickMs = 10;

/** Null for what has ended, or is this very process. */
function look(pid: number, tenantsDir: string): Look | null {
  const fields = statFields(readProcFile(pid, 'stat') ?? 'X');
  const [state = 'X', parent] = fields;
  if (pid === process.pid || 'ZX'.includes(state)) return null;
  const command = readProcFile(pid, 'cmdline') ?? '';
  const tenantId = tenantIn(command, tenantsDir) ?? tenantIn(readProcFile(pid, 'environ') ?? '', tenantsDir);
  const startedAt = Date.now() - uptime() * 1_000 + Number(fields[19]) * tickMs;
  return { pid, parent: Number(parent), startedAt, tenantId, command };
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
