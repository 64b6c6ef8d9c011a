import { chmod, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tempDir, type TempDir } from '@wafleet/testing';
import { preparePlaces } from '../src/stack/places';

const asRoot = process.getuid?.() === 0 ? it : it.skip;

let folder: TempDir;
beforeEach(async () => {
  folder = await tempDir();
});
afterEach(() => folder.remove());

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

describe('preparePlaces', () => {
  it('keeps everything in a data folder that others can pass through at most', async () => {
    const places = await preparePlaces(join(folder.path, 'data'));
    expect(places.clusterDir).toBe(join(folder.path, 'data/postgres'));
    expect(places.tenantsDir).toBe(join(folder.path, 'data/tenants'));
    expect((await modeOf(places.dataDir)) & 0o066).toBe(0);
    expect(await preparePlaces(join(folder.path, 'data'))).toEqual(places);
  });

  asRoot(
    'puts what other users need below a shared folder when root keeps its data in a closed home',
    async () => {
      const { dataDir, sharedRoot } = await closedHome();
      const places = await preparePlaces(dataDir, { sharedRoot });
      expect(await modeOf(dataDir)).toBe(0o700);
      expect(places.clusterDir.startsWith(sharedRoot)).toBe(true);
      expect(places.tenantsDir.startsWith(sharedRoot)).toBe(true);
      expect(places.logsDir.startsWith(dataDir)).toBe(true);
      expect(await preparePlaces(dataDir, { sharedRoot })).toEqual(places);
    },
  );

  asRoot('refuses halves of different installations', async () => {
    const { dataDir, sharedRoot } = await closedHome();
    await preparePlaces(dataDir, { sharedRoot });
    const [id] = await readdir(sharedRoot);
    await writeFile(join(sharedRoot, id as string, 'installation.json'), '{"id":"another","sharedDir":null}');
    await expect(preparePlaces(dataDir, { sharedRoot })).rejects.toThrow("don't belong together");
    await rm(join(sharedRoot, id as string), { recursive: true });
    await expect(preparePlaces(dataDir, { sharedRoot })).rejects.toThrow('is missing; put it back');
  });

  asRoot('refuses a data folder that was open and no longer is', async () => {
    const dataDir = join(folder.path, 'home/data');
    await mkdir(dataDir, { recursive: true });
    await preparePlaces(dataDir);
    await chmod(join(folder.path, 'home'), 0o700);
    await expect(preparePlaces(dataDir)).rejects.toThrow("which other users can't enter");
  });
});

async function closedHome(): Promise<{ dataDir: string; sharedRoot: string }> {
  const home = join(folder.path, 'home');
  await mkdir(home, { mode: 0o700 });
  return { dataDir: join(home, 'data'), sharedRoot: join(folder.path, 'shared') };
}
