import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkProfile } from './check-profile';
import { discardProfile } from './discard-profile';

let tenantDir: string;
beforeEach(async () => {
  tenantDir = await mkdtemp(join(tmpdir(), 'wafleet-profile-'));
});
afterEach(() => rm(tenantDir, { recursive: true }));

describe('checkProfile', () => {
  it('makes the folders that are missing', async () => {
    await expect(checkProfile(tenantDir, false)).resolves.toBeNull();
    expect((await readdir(tenantDir)).sort()).toEqual(['home', 'profile', 'run', 'tmp', 'trash']);
  });

  it('names a folder that can not be used', async () => {
    await writeFile(join(tenantDir, 'profile'), 'not a folder');
    await expect(checkProfile(tenantDir, false)).resolves.toMatchObject({
      reason: 'permission_denied',
      detail: expect.stringContaining(join(tenantDir, 'profile')),
    });
  });
});

describe('discardProfile', () => {
  it('leaves no profile and one more thing in the trash; a repeat changes nothing', async () => {
    await checkProfile(tenantDir, false);
    await writeFile(join(tenantDir, 'profile', 'state'), 'linked');
    await discardProfile(tenantDir, new Date(0));
    await discardProfile(tenantDir, new Date(1));
    expect(await readdir(join(tenantDir, 'trash', '1970-01-01T00-00-00.000Z'))).toEqual(['state']);
    expect(await readdir(join(tenantDir, 'trash'))).toHaveLength(1);
    expect(await readdir(tenantDir)).not.toContain('profile');
  });
});
