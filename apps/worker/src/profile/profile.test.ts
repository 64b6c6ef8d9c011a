import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync } from 'node:fs';
import { lchown, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkProfile } from './check-profile';
import { clearTemp } from './clear-temp';
import { findForeignFile } from './check-owners';
import { discardProfile } from './discard-profile';

/** Only root can make files of another owner. */
const itAsRoot = process.getuid?.() === 0 ? it : it.skip;

let tenantDir: string;
let session: string;
beforeEach(async () => {
  tenantDir = await mkdtemp(join(tmpdir(), 'wafleet-profile-'));
  session = join(tenantDir, 'profile', 'session');
});
afterEach(() => rm(tenantDir, { recursive: true }));

const check = (hasLogin = false) => checkProfile(tenantDir, { sandbox: false, hasLogin });

describe('checkProfile', () => {
  it('makes the folders that are missing', async () => {
    await expect(check()).resolves.toBeNull();
    expect((await readdir(tenantDir)).sort()).toEqual(['home', 'profile', 'run', 'tmp', 'trash']);
  });

  it('names a folder that can not be used, and whose it is', async () => {
    const path = join(tenantDir, 'profile');
    await writeFile(path, 'not a folder');
    await expect(check()).resolves.toEqual({
      reason: 'permission_denied',
      detail: `${path} must be open to user ${process.getuid?.()}; it is not (EEXIST) and belongs to user ${lstatSync(path).uid}`,
    });
  });

  itAsRoot('names a file deep in the profile that belongs to another user', async () => {
    const file = join(session, 'Default', 'Local Storage', '000003.log');
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, 'x');
    await lchown(file, 4711, 4711);
    await expect(check()).resolves.toEqual({
      reason: 'permission_denied',
      detail: `${file} belongs to user 4711; it must belong to user 0`,
    });
    await lchown(file, 0, 0);
    await expect(check()).resolves.toBeNull();
  });

  itAsRoot('names a file system that can only be read', async () => {
    const mount = join(tenantDir, 'profile');
    await mkdir(mount);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'none', mount]);
    if (mounted.status !== 0) return void process.stderr.write('no right to mount: left out\n');
    try {
      await expect(check()).resolves.toEqual({
        reason: 'permission_denied',
        detail: `${mount} is on a file system that can only be read`,
      });
    } finally {
      spawnSync('umount', [mount]);
    }
  });

  it('names the process that holds the lock', async () => {
    await check();
    const lock = join(tenantDir, 'run', 'browser.lock');
    const holder = spawn('flock', ['-F', lock, 'sh', '-c', 'echo held; exec sleep 60'], { stdio: 'pipe' });
    await once(holder.stdout, 'data');
    const obstacle = await check();
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    expect(obstacle).toEqual({
      reason: 'profile_locked',
      detail: expect.stringMatching(new RegExp(`^process ${holder.pid} \\(\\w+\\) holds the lock ${lock}$`)),
    });
    await expect(check()).resolves.toBeNull();
  });

  describe("of a full Chromium's own lock", () => {
    const lockedBy = async (owner: string) => {
      await mkdir(session, { recursive: true });
      for (const name of ['SingletonLock', 'SingletonCookie', 'SingletonSocket'])
        await symlink(owner, join(session, name));
    };

    it.each([
      ['another machine', `elsewhere-${process.pid}`],
      ['a process that is gone', `${hostname()}-${2 ** 22 + 1}`],
      ['a process that is no browser of this profile', `${hostname()}-${process.pid}`],
    ])('removes what %s left', async (_title, owner) => {
      await lockedBy(owner);
      await expect(check()).resolves.toBeNull();
      expect(await readdir(session)).toEqual([]);
    });

    it('leaves that of a browser that uses the profile, and names it', async () => {
      const browser = spawn(process.execPath, [
        '-e',
        'setInterval(() => {}, 1000)',
        '--',
        `--user-data-dir=${session}`,
      ]);
      await once(browser, 'spawn');
      await lockedBy(`${hostname()}-${browser.pid}`);
      const obstacle = await check();
      browser.kill('SIGKILL');
      expect(obstacle).toEqual({
        reason: 'profile_locked',
        detail: `process ${browser.pid} (node) uses the profile ${session}`,
      });
    });
  });

  it('misses a login where there is no profile', async () => {
    await expect(check(true)).resolves.toEqual({
      reason: 'profile_corrupt',
      detail: `the login is gone: there is no profile at ${session}`,
    });
    await mkdir(join(session, 'Default'), { recursive: true });
    await expect(check(true)).resolves.toBeNull();
  });
});

describe('findForeignFile', () => {
  itAsRoot('looks at no more than its limit', async () => {
    for (let number = 0; number < 20; number += 1) await writeFile(join(tenantDir, `file ${number}`), '');
    await lchown(join(tenantDir, 'file 0'), 4711, 4711);
    await expect(findForeignFile(tenantDir, 5)).resolves.toBeNull();
    await expect(findForeignFile(tenantDir, 30)).resolves.toMatchObject({ reason: 'permission_denied' });
  });
});

describe('clearTemp', () => {
  it('drops what browsers left, follows no link, and minds nothing that is not there', async () => {
    await clearTemp(tenantDir);
    await check();
    const tmp = join(tenantDir, 'tmp');
    const kept = join(tenantDir, 'home', 'kept');
    await writeFile(kept, 'x');
    await mkdir(join(tmp, 'org.chromium.Chromium.abc', 'deep'), { recursive: true });
    await writeFile(join(tmp, 'org.chromium.Chromium.abc', 'deep', 'file'), 'x');
    await symlink(join(tenantDir, 'home'), join(tmp, 'link'));
    await clearTemp(tenantDir);
    expect(await readdir(tmp)).toEqual([]);
    expect(existsSync(kept)).toBe(true);
  });
});

describe('discardProfile', () => {
  it('leaves no profile and one more thing in the trash; a repeat changes nothing', async () => {
    await check();
    await writeFile(join(tenantDir, 'profile', 'state'), 'linked');
    await discardProfile(tenantDir, new Date(0), 'used');
    await discardProfile(tenantDir, new Date(1), 'used');
    expect(await readdir(join(tenantDir, 'trash', '1970-01-01T00-00-00.000Z'))).toEqual(['state']);
    expect(await readdir(join(tenantDir, 'trash'))).toHaveLength(1);
    expect(existsSync(join(tenantDir, 'profile'))).toBe(false);
  });

  it('marks a damaged one', async () => {
    await check();
    await discardProfile(tenantDir, new Date(0), 'damaged');
    expect(await readdir(join(tenantDir, 'trash'))).toEqual(['1970-01-01T00-00-00.000Z-damaged']);
  });
});
