import { access, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { isTenantId, type TenantId } from '@wafleet/contracts';
import type { WorkerDriver } from '../worker-driver';
import {
  type CopyOutcome,
  ProfileFilesError,
  type ProfileFiles,
  type ProfileOwner,
  type Standstill,
} from '../profile-files';
import { copyScript } from './copy-profile';
import { exitOf, lastLine, runAsOwner, unpackAsOwner } from './owned-command';
import { findTenantProcesses } from '../process/process-tree';
import { moveProfileToTrash, prepareFolder, requireFreeLock, tenantFolder } from './tenant-folder';
import { isAlive, readRecord } from '../process/worker-record';

/** What `timeout` ends with when it had to end the work. */
const outOfTime = [124, 137];

/**
 * Profiles in the tenants' folders of this machine. Files are read and written by processes of the tenant's own user, so
 * that whatever a worker left there opens nothing that the worker could not open itself.
 */
export function createProfileFolders(options: {
  tenantsDir: string;
  driver: Pick<WorkerDriver, 'inspect'>;
  /** Null: the processes of workers are this machine's own, and are sent signals. */
  standstill: Standstill | null;
  now: () => Date;
}): ProfileFiles {
  const { tenantsDir, standstill } = options;
  let mayBeLeft = true;
  const folderOf = (tenantId: TenantId) => {
    const folder = tenantFolder(tenantsDir, tenantId);
    return {
      ...folder,
      copy: join(folder.root, 'staging-copy'),
      restored: join(folder.root, 'staging-restored'),
      /** Lies there while the worker stands still for us. */
      standing: join(folder.root, 'run/standing-still'),
    };
  };

  return {
    async copyAside(owner, { maxFrozenMs, maxCopyMs }) {
      const folder = folderOf(owner.tenantId);
      const entries = await readdir(join(folder.profile, 'session')).catch(() => []);
      if (entries.length === 0) return { kind: 'nothing' };
      const { state } = await options.driver.inspect(owner.tenantId);
      if (standstill !== null && state === 'running')
        return copyStandingStill(standstill, owner, maxFrozenMs);
      const pids = standstill === null ? browserPids(owner.tenantId) : [];
      const mayWrite = state === 'running' || state === 'unknown';
      // Between two browsers, or nobody can tell: what would write can't be made to stand still from here.
      if (mayWrite && pids.length === 0) return { kind: 'not_while_running' };
      if (pids.length > 0) return copy(owner, pids, maxFrozenMs);
      const outcome = await copy(owner, [], maxCopyMs);
      if (outcome.kind === 'too_slow')
        throw new ProfileFilesError(`The profile could not be copied within ${maxCopyMs / 1_000} s.`);
      return outcome;
    },

    async thaw() {
      if (standstill === null || !mayBeLeft) return;
      const names: string[] = await readdir(tenantsDir).catch(() => []);
      for (const tenantId of names.filter(isTenantId)) {
        const { standing } = folderOf(tenantId);
        if (!(await isThere(standing))) continue;
        await standstill.end(tenantId);
        await rm(standing, { force: true });
      }
      mayBeLeft = false;
    },

    hasCopy: (tenantId) => isThere(folderOf(tenantId).copy),

    readCopy(owner) {
      const child = runAsOwner(owner, 'tar', ['-C', folderOf(owner.tenantId).copy, '-cf', '-', '.']);
      const out = new PassThrough();
      const problem = text(child.stderr as Readable);
      // The end of the output is not the end of the work: only the exit tells whether it was all.
      (child.stdout as Readable).pipe(out, { end: false });
      out.once('close', () => child.kill('SIGKILL'));
      void Promise.all([exitOf(child), problem]).then(
        ([code, words]) => {
          if (code === 0) out.end();
          else
            out.destroy(
              new ProfileFilesError(`The copy can't be read: ${lastLine(words) ?? `code ${code}`}.`),
            );
        },
        (error: Error) => out.destroy(error),
      );
      return out;
    },

    dropCopy: (tenantId) => rm(folderOf(tenantId).copy, { recursive: true, force: true, maxRetries: 3 }),

    async replace(owner, tar) {
      const folder = folderOf(owner.tenantId);
      await prepareFolder(folder, owner.osUid);
      await requireFreeLock(folder);
      await rm(folder.restored, { recursive: true, force: true, maxRetries: 3 });
      try {
        await unpackAsOwner(owner, tar, folder.restored);
        await moveProfileToTrash(folder, options.now());
        await rm(folder.profile, { recursive: true, force: true });
        await rename(folder.restored, folder.profile);
      } finally {
        await rm(folder.restored, { recursive: true, force: true, maxRetries: 3 });
      }
    },
  };

  /** @param pids of the browser that is to stand still, its first process first; none: nothing writes */
  async function copy(owner: ProfileOwner, pids: string[], withinMs: number): Promise<CopyOutcome> {
    const folder = folderOf(owner.tenantId);
    const seconds = (withinMs / 1_000).toFixed(3);
    const args = ['-c', copyScript, 'copy', folder.profile, folder.copy, seconds, ...pids];
    const child = runAsOwner(owner, 'sh', args);
    const [printed, problem, code] = await Promise.all([
      text(child.stdout as Readable),
      text(child.stderr as Readable),
      exitOf(child),
    ]);
    if (code === 0) return { kind: 'copied', frozenMs: pids.length > 0 ? Number(printed.trim()) : null };
    await rm(folder.copy, { recursive: true, force: true });
    if (code !== null && outOfTime.includes(code)) return { kind: 'too_slow' };
    throw new ProfileFilesError(`The profile could not be copied: ${lastLine(problem) ?? `code ${code}`}.`);
  }

  /** Should we end in the middle, the next one finds the mark, and lets it go on. */
  async function copyStandingStill(
    still: Standstill,
    owner: ProfileOwner,
    maxFrozenMs: number,
  ): Promise<CopyOutcome> {
    const { tenantId } = owner;
    const { copy: before, standing } = folderOf(tenantId);
    await rm(before, { recursive: true, force: true, maxRetries: 3 });
    await writeFile(standing, '');
    mayBeLeft = true;
    const since = performance.now();
    let outcome: CopyOutcome = { kind: 'not_while_running' };
    try {
      if (await still.begin(tenantId)) {
        const leftMs = maxFrozenMs - (performance.now() - since);
        outcome = leftMs > 0 ? await copy(owner, [], leftMs) : { kind: 'too_slow' };
      }
    } finally {
      await still.end(tenantId);
      await rm(standing, { force: true });
    }
    const frozenMs = Math.round(performance.now() - since);
    return outcome.kind === 'copied' ? { kind: 'copied', frozenMs } : outcome;
  }

  /** All of the tenant's processes but its worker, as arguments; the browser's main process is the oldest. */
  function browserPids(tenantId: TenantId): string[] {
    const record = readRecord(folderOf(tenantId).recordFile);
    const worker = record !== null && isAlive(record) ? record.pid : null;
    const pids = findTenantProcesses(tenantsDir, tenantId).filter((pid) => pid !== worker);
    return pids.sort((a, b) => a - b).map(String);
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
