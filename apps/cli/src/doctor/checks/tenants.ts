import { lchownSync, readdirSync, type Stats, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { isTenantId } from '@wafleet/contracts';
import { readTenantFacts, type TenantFacts } from '@wafleet/db';
import { findForeignFiles, findLockHolder, lackOf } from '@wafleet/runtime';
import { type Finding, findingsOf } from '../finding';
import type { Machine } from '../machine';
import { findTenantProcesses, isOrphan, type TenantProcess } from './tenant-processes';

const { well, broken } = findingsOf('profiles');
const orphans = findingsOf('orphans');

/** Beyond that many a list helps nobody. */
const maxTold = 50;

/** Each tenant's profile, and processes and folders that are nobody's. */
export async function checkTenants(machine: Machine): Promise<Finding[]> {
  const { tenantsDir, database } = machine;
  const ids = namesIn(tenantsDir).filter(isTenantId);
  const known = database === null ? null : await readTenantFacts(database.url).catch(() => null);
  const processes = findTenantProcesses(tenantsDir);
  const profiles: Finding[] = [];
  for (const id of ids) {
    const own = processes.filter(({ tenantId }) => tenantId === id);
    profiles.push(...(await checkProfile(join(tenantsDir, id), id, own, known?.get(id))));
    if (profiles.length > maxTold) break;
  }
  const missing = [...(known ?? [])].filter(([id, { hasLogin }]) => hasLogin && !ids.includes(id as never));
  return [
    ...profiles,
    ...missing.slice(0, maxTold).map(([id]) => lostLogin(id, join(tenantsDir, id))),
    ...(profiles.length + missing.length === 0
      ? [well(`The profiles of ${ids.length} tenants are whole`)]
      : []),
    ...findOrphans(processes, ids, known),
  ];
}

async function checkProfile(
  folder: string,
  id: string,
  own: readonly TenantProcess[],
  facts: TenantFacts | undefined,
): Promise<Finding[]> {
  const profile = join(folder, 'profile');
  const owner = statOf(profile);
  const lack = await statfs(folder).then(lackOf, () => null);
  return [
    ...(lack === null ? [] : [broken(`${lack} at ${folder}.`, { about: id, mend: `du -sh ${folder}/*` })]),
    ...(owner === null ? [] : await findForeign(profile, id, owner, own)),
    ...findForeignLock(folder, id, own),
    ...(facts?.hasLogin === true && namesIn(join(profile, 'session')).length === 0
      ? [lostLogin(id, folder)]
      : []),
  ];
}

const lostLogin = (id: string, folder: string) =>
  broken('It is linked, and the profile with its login is gone.', {
    about: id,
    mend: `Put ${folder}/profile back; else its owner scans again: wafleet start --qr ${id}`,
  });

/** As after a copy by root. Given back where nothing of the tenant runs that could put links in our way. */
async function findForeign(
  profile: string,
  id: string,
  { uid, gid }: Stats,
  own: readonly TenantProcess[],
): Promise<Finding[]> {
  const foreign = await findForeignFiles(profile, uid);
  const [first] = foreign;
  if (first === undefined) return [];
  const command = `chown -Rh ${uid}:${gid} ${profile}`;
  const mayGiveBack =
    process.getuid?.() === 0 && own.length === 0 && foreign.every(({ links }) => links === 1);
  return [
    broken(
      `${foreign.length} files of the profile belong to another user, as ${first.path}: to ${first.uid} instead of ${uid}.`,
      {
        about: id,
        mend: `wafleet stop ${id}, then ${command}`,
        ...(mayGiveBack
          ? { fix: { does: command, run: () => foreign.forEach(({ path }) => lchownSync(path, uid, gid)) } }
          : {}),
      },
    ),
  ];
}

function findForeignLock(folder: string, id: string, own: readonly TenantProcess[]): Finding[] {
  const lock = join(folder, 'run/browser.lock');
  const holder = findLockHolder(lock);
  if (holder === null || own.some(({ pid }) => pid === holder.pid)) return [];
  return [
    broken(`${holder.description} holds the lock of the profile and is none of this tenant's.`, {
      about: id,
      mend: `See what it is, then end it: ps -fp ${holder.pid}`,
    }),
  ];
}

/** What the control plane ends and sets aside by itself while it runs, and what is left where it can't. */
function findOrphans(
  processes: readonly TenantProcess[],
  ids: readonly string[],
  known: ReadonlyMap<string, TenantFacts> | null,
): Finding[] {
  const left = processes.filter((one) => isOrphan(one, processes));
  const unknown = known === null ? [] : ids.filter((id) => !known.has(id));
  const unwanted = processes.filter(
    ({ role, tenantId }) => role === 'worker' && known !== null && known.get(tenantId)?.isWanted !== true,
  );
  const findings = [
    ...left.slice(0, maxTold).map(({ pid, tenantId }) =>
      orphans.broken(`Browser ${pid} has lost its worker; it holds the profile and serves nobody.`, {
        about: tenantId,
        mend: `kill -9 ${pid}`,
        fix: { does: `kill -9 ${pid}`, run: () => kill(pid) },
      }),
    ),
    ...unwanted.slice(0, maxTold).map(({ pid, tenantId }) =>
      orphans.warning(`Worker ${pid} runs for a tenant that is stopped or not known.`, {
        about: tenantId,
        mend: `The control plane ends it when it runs; else: kill ${pid}`,
      }),
    ),
    ...unknown.slice(0, maxTold).map((id) =>
      orphans.note('This folder belongs to no tenant in the database; it is set aside after an hour.', {
        about: id,
      }),
    ),
  ];
  return findings.length > 0 ? findings : [orphans.well('No process and no folder is left over')];
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}
