import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { isTenantId } from '@wafleet/contracts';
import type { Machine } from '../machine';

const maxProcessLogBytes = 1_000_000;
const maxTenantLogBytes = 200_000;
/** Those that wrote last say most about what is wrong now. */
const maxTenants = 50;

/** The ends of all logs of this installation. */
export function collectLogs({
  places,
  tenantsDir,
}: Pick<Machine, 'places' | 'tenantsDir'>): { name: string; text: string }[] {
  const ofProcesses = namesIn(places.logsDir)
    .filter((name) => name.endsWith('.log'))
    .map((name) => ({ name: `logs/${name}`, text: endOf(join(places.logsDir, name), maxProcessLogBytes) }));
  const ofTenants = namesIn(tenantsDir)
    .filter(isTenantId)
    .slice(-maxTenants)
    .flatMap((id) =>
      ['worker.log', 'worker.out.log'].map((name) => ({
        name: `tenants/${id}/${name}`,
        text: endOf(join(tenantsDir, id, 'logs', name), maxTenantLogBytes),
      })),
    );
  return [...ofProcesses, ...ofTenants].filter(({ text }) => text !== '');
}

/** Whole lines only. What a tenant's worker put in the place of its log is not followed. */
function endOf(path: string, maxBytes: number): string {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return '';
  }
  try {
    const found = fstatSync(file);
    if (!found.isFile()) return '';
    const start = Math.max(0, found.size - maxBytes);
    const buffer = Buffer.alloc(found.size - start);
    const text = buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, start));
    return start === 0 ? text : text.slice(text.indexOf('\n') + 1);
  } finally {
    closeSync(file);
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
