import { readFileSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { lackOf, readOomKills } from '@wafleet/runtime';
import { type Finding, findingsOf } from '../../finding';
import type { Machine } from '../../machine';

const mebibyte = 1024 * 1024;
/** Below it no further browser fits, and the kernel begins to choose. */
const littleMemory = { broken: 128 * mebibyte, warning: 512 * mebibyte };
/** As the control plane alerts. */
const littleDisk = 1024 * mebibyte;

/** Memory and disk. */
export async function checkRoom({ places, tenantsDir }: Machine): Promise<Finding[]> {
  return [...memory(), ...(await disk([places.dataDir, tenantsDir, tmpdir()]))];
}

function memory(): Finding[] {
  const { well, warning, broken } = findingsOf('memory');
  const { availableBytes, totalBytes, limitedBy } = availableMemory();
  const says = `${inMegabytes(availableBytes)} of ${inMegabytes(totalBytes)} MB are available${limitedBy}`;
  const mend = 'Add memory, or stop tenants: wafleet ps, then wafleet stop <tenant>';
  const kills = readOomKills() ?? 0;
  return [
    availableBytes < littleMemory.broken
      ? broken(`${says}.`, { mend })
      : availableBytes < littleMemory.warning
        ? warning(`${says}.`, { mend })
        : well(says),
    ...(kills > 0
      ? [warning(`The kernel has ended ${kills} processes for want of memory since the start.`, { mend })]
      : []),
  ];
}

/** Of the machine, or of the control group where that has less. */
function availableMemory(): { availableBytes: number; totalBytes: number; limitedBy: string } {
  const info = readFileSync('/proc/meminfo', 'utf8');
  const bytes = (name: string) => Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(info)?.[1] ?? 0) * 1024;
  const machine = { availableBytes: bytes('MemAvailable'), totalBytes: bytes('MemTotal'), limitedBy: '' };
  const limit = readNumber('/sys/fs/cgroup/memory.max');
  const used = readNumber('/sys/fs/cgroup/memory.current');
  if (limit === null || used === null || limit - used >= machine.availableBytes) return machine;
  return { availableBytes: limit - used, totalBytes: limit, limitedBy: ' in this control group' };
}

async function disk(folders: readonly string[]): Promise<Finding[]> {
  const { well, warning, broken } = findingsOf('disk');
  const seen = new Set<number>();
  const findings: Finding[] = [];
  for (const folder of folders) {
    const device = statSync(folder, { throwIfNoEntry: false })?.dev;
    // Several folders lie on one disk as a rule.
    if (device === undefined || seen.has(device)) continue;
    seen.add(device);
    const room = await statfs(folder);
    const freeBytes = room.bavail * room.bsize;
    const mend = `See what takes it: du -xh --max-depth=2 ${folder} | sort -h | tail`;
    const lack = lackOf(room);
    if (lack !== null) findings.push(broken(`${lack} at ${folder}.`, { mend, about: folder }));
    else if (freeBytes < littleDisk)
      findings.push(warning(`${inMegabytes(freeBytes)} MB are free at ${folder}.`, { mend, about: folder }));
    else findings.push(well(`${inMegabytes(freeBytes)} MB are free at ${folder}`, { about: folder }));
  }
  return findings;
}

/** Null for `max`, and where there is no such limit. */
export function readNumber(path: string): number | null {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return /^\d+$/.test(text) ? Number(text) : null;
  } catch {
    return null;
  }
}

const inMegabytes = (bytes: number) => Math.floor(bytes / mebibyte);
