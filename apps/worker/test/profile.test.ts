import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, lstatSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { workerExit } from '@wafleet/contracts';
import { createStandin, type Standin } from '@wafleet/whatsapp-standin';
import { LinkServer } from './link-server';
import { Phones } from './phones';
import { buildWorker, TenantPlace } from './worker-process';

const isRoot = process.getuid?.() === 0;
const itAsRoot = isRoot ? it : it.skip;
const own = '15550101011';
const friend = '15550101012';

let built: Awaited<ReturnType<typeof buildWorker>>;
let standin: Standin;
let phones: Phones;
let link: LinkServer;
let place: TenantPlace;

beforeAll(async () => {
  built = await buildWorker();
});
afterAll(() => built.remove());
beforeEach(async () => {
  standin = createStandin({ tlsPort: 0, controlPort: 0 });
  await standin.start();
  phones = new Phones(standin.controlUrl);
  await phones.add(own, 'Own');
  link = await LinkServer.start();
  place = await TenantPlace.create(built.bundle);
});
afterEach(async () => {
  await place.remove();
  expect(place.browserProcesses()).toEqual([]);
  await link.stop();
  await standin.stop();
});

const start = (settings: Partial<Parameters<TenantPlace['start']>[0]> = {}) =>
  place.start({
    linkUrl: link.url,
    browserArgs: standin.browserArgs,
    reconnect: { machineMs: 300 },
    ...settings,
  });

/** A profile with a login, and no worker on it. */
async function leaveLogin(): Promise<void> {
  await start({ deadlines: { durableMs: 1_000 } });
  const { qr } = await link.whenSession((session) => session.qr !== null, 'a QR');
  await phones.scan(own, qr?.raw ?? '');
  await link.whenConnected();
  expect(await place.stop()).toBe(workerExit.stopped);
  link.forget();
}

const store = (name: string) => join(place.path, 'profile/session/Default', name);
const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
/** What is written keeps its owner. */
const spoilt = 'spoilt '.repeat(600);
const spoil = (folder: string) => {
  for (const file of filesOf(folder)) writeFileSync(file, spoilt);
};

describe('a profile that lost its login', () => {
  it.each<[string, () => void]>([
    ['its local storage is gone', () => rmSync(store('Local Storage'), { recursive: true })],
    ['its local storage is spoilt', () => spoil(store('Local Storage'))],
    ['its database is spoilt', () => spoil(store('IndexedDB'))],
    ['every file of it is spoilt', () => spoil(join(place.path, 'profile'))],
    [
      'its database can not be opened',
      () => {
        for (const name of readdirSync(store('IndexedDB'))) {
          const { uid } = lstatSync(store('IndexedDB'));
          rmSync(join(store('IndexedDB'), name), { recursive: true });
          writeFileSync(join(store('IndexedDB'), name), '');
          if (isRoot) chownSync(join(store('IndexedDB'), name), uid, uid);
        }
      },
    ],
    ['it is missing', () => rmSync(join(place.path, 'profile'), { recursive: true })],
  ])('because %s: no code is shown, it is set aside, and a person is asked', async (_title, damage) => {
    await leaveLogin();
    damage();
    await start({ hasLogin: true });
    expect(await place.exitCode()).toBe(workerExit.parked);
    expect(link.session).toMatchObject({
      state: 'DISCONNECTED',
      reason: 'profile_corrupt',
      detail: expect.stringMatching(/login/),
      linkIsDurable: false,
      qr: null,
    });
    expect(link.states.join()).not.toContain('QR_READY');
    const trash = readdirSync(join(place.path, 'trash'));
    if (trash.length > 0) expect(trash).toEqual([expect.stringMatching(/-damaged$/)]);
    expect(existsSync(store('IndexedDB'))).toBe(false);

    link.forget();
    await start({ hasLogin: false });
    await link.whenSession(({ qr }) => qr !== null, 'a QR');
  });

  it('and one whose login was ended on the phone meanwhile are told apart', async () => {
    await leaveLogin();
    await phones.unlink(own);
    await start({ hasLogin: true });
    expect(await place.exitCode()).toBe(workerExit.parked);
    expect(link.session).toMatchObject({ state: 'LOGGED_OUT', reason: 'phone_logged_out' });
  });

  it('is not what damage of all but its local storage and its database makes of it', async () => {
    await leaveLogin();
    const others = filesOf(join(place.path, 'profile')).filter(
      (file) => !/Local Storage|IndexedDB/.test(file),
    );
    expect(others).not.toEqual([]);
    for (const file of others) writeFileSync(file, spoilt);
    await start({ hasLogin: true });
    await link.whenConnected();
    expect(link.states.join()).not.toContain('QR_READY');
  });
});

describe('a profile that can not be used', () => {
  itAsRoot('because of a foreign owner: named, and used again by itself once it is mended', async () => {
    await leaveLogin();
    const [file] = filesOf(store('Local Storage'));
    const { uid, gid } = lstatSync(file as string);
    chownSync(file as string, 0, 0);
    await start({ hasLogin: true });
    const session = await link.whenSession(({ reason }) => reason !== null, 'a reason');
    expect(session).toMatchObject({
      state: 'DISCONNECTED',
      reason: 'permission_denied',
      detail: `${file} belongs to user 0; it must belong to user ${uid}`,
      attempt: 0,
    });
    expect(place.browserProcesses()).toEqual([]);
    chownSync(file as string, uid, gid);
    await link.whenConnected();
  });

  itAsRoot(
    'because the disk is full: named, nothing lost, used again by itself once there is room',
    async () => {
      await leaveLogin();
      const kept = join(place.path, 'kept');
      const profile = join(place.path, 'profile');
      const run = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;
      run('cp', '-a', profile, kept);
      if (!run('mount', '-t', 'tmpfs', '-o', 'size=150m,mode=700', 'wafleet-full', profile))
        return void process.stderr.write('no right to mount a small file system: left out\n');
      try {
        run('cp', '-a', `${kept}/.`, profile);
        const filler = join(profile, 'filler');
        run('fallocate', '-l', '100M', filler);
        await start({ hasLogin: true });
        const session = await link.whenSession(({ reason }) => reason !== null, 'a reason');
        expect(session).toMatchObject({
          state: 'DISCONNECTED',
          reason: 'disk_full',
          detail: expect.stringMatching(/MB are free and 64 MB are needed/),
        });
        rmSync(filler);
        await link.whenConnected();

        // Full to the last byte while it runs.
        run('sh', '-c', `cat /dev/zero > ${filler}`);
        await phones.add(friend, 'Friend');
        const id = await phones.send(friend, own, 'still here');
        await link.whenMessage(id);
        rmSync(filler);
        await place.stop();
        link.forget();
        await start({ hasLogin: true });
        await link.whenConnected();
        expect(link.states.join()).not.toContain('QR_READY');
        await place.stop();
      } finally {
        run('umount', '-l', profile);
      }
    },
  );
});
