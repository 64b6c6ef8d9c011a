import { listProcessIds, readProcFile, statFields } from '@wafleet/runtime';

/** A process of a tenant whose folder lies in `tenantsDir`, by the marks that the driver puts on it. */
export interface TenantProcess {
  pid: number;
  parent: number;
  tenantId: string;
  role: 'worker' | 'browser' | 'other';
}

/** Those that name the tenant's folder in their arguments or environment; children of browsers inherit both. */
export function findTenantProcesses(tenantsDir: string): TenantProcess[] {
  return listProcessIds().flatMap((pid) => {
    const fields = statFields(readProcFile(pid, 'stat') ?? ') X');
    const command = readProcFile(pid, 'cmdline') ?? '';
    if (pid === process.pid || 'ZX'.includes(fields[0] ?? 'X')) return [];
    const tenantId =
      tenantIn(command, tenantsDir) ?? tenantIn(readProcFile(pid, 'environ') ?? '', tenantsDir);
    return tenantId === null ? [] : [{ pid, parent: Number(fields[1]), tenantId, role: roleOf(command) }];
  });
}

/** A browser that descends from no worker of its tenant. */
export function isOrphan(one: TenantProcess, all: readonly TenantProcess[]): boolean {
  if (one.role !== 'browser') return false;
  const known = new Map(all.map((process) => [process.pid, process]));
  let ancestor = known.get(one.parent);
  while (ancestor !== undefined && ancestor.role !== 'worker') ancestor = known.get(ancestor.parent);
  return ancestor === undefined || ancestor.tenantId !== one.tenantId;
}

function tenantIn(text: string, tenantsDir: string): string | null {
  const at = text.indexOf(`${tenantsDir}/`);
  return at < 0 ? null : (/^ten_[0-9a-z]{26}/.exec(text.slice(at + tenantsDir.length + 1))?.[0] ?? null);
}

/** The browser's main process: its children carry a type, and flock, which takes the lock before it, is another program. */
function roleOf(command: string): TenantProcess['role'] {
  const [program = ''] = command.split('\0', 1);
  if (command.includes('--user-data-dir=') && !/[\0 ]--type=/.test(command) && !program.endsWith('flock'))
    return 'browser';
  return /worker\.cjs\0?$/.test(command) ? 'worker' : 'other';
}
