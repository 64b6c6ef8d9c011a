import { cpSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Standin, createStandin } from '../src/standin';
import { Control } from './control';
import { LibraryClient, type Profile, createProfile } from './library-client';
import { until } from './until';

const me = '15550101001';

describe('linking with the real library', () => {
  let standin: Standin;
  let control: Control;
  let profiles: Profile[];
  let clients: LibraryClient[];

  beforeEach(async () => {
    standin = createStandin();
    await standin.start();
    control = new Control(standin);
    profiles = [];
    clients = [];
    await control.addUsers(me);
  });

  afterEach(async () => {
    await Promise.all(clients.map((client) => client.stop()));
    await standin.stop();
    for (const profile of profiles) profile.remove();
  });

  const newProfile = () => {
    const profile = createProfile();
    profiles.push(profile);
    return profile;
  };
  const open = async (profile: Profile) => {
    const client = await LibraryClient.start(standin, profile);
    clients.push(client);
    return client;
  };
  const link = async (profile: Profile) => {
    const client = await open(profile);
    await control.must('POST', `/users/${me}/scan`, { qr: await client.qr() });
    return client.ready();
  };
  const device = async () => (await control.devices(me))[0];

  it('a scanned QR makes the page ready with the account that scanned it', async () => {
    const client = await link(newProfile());
    expect(client.client.info.wid._serialized).toBe(`${me}@c.us`);
    expect(client.client.info.pushname).toBe(`User ${me}`);
    expect(await device()).toMatchObject({ id: 1, online: true, rolledBack: false });
  });

  it('a QR can be scanned once, and not at all when it was never shown', async () => {
    const client = await open(newProfile());
    const qr = await client.qr();
    await control.must('POST', `/users/${me}/scan`, { qr });
    expect((await control.ask('POST', `/users/${me}/scan`, { qr })).status).toBe(410);
    const unknown = await control.ask('POST', `/users/${me}/scan`, { qr: `2@nobody${qr.slice(8)}` });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'unknown_qr' } });
    await client.ready();
  });

  it('after six QRs the page is idle, and shows new ones when asked', async () => {
    await control.faults({ qrTtlMs: 150 });
    const client = await open(newProfile());
    await until('idle', async () => (await client.state()) === 'UNPAIRED_IDLE');
    expect(new Set(client.qrs).size).toBe(6);
    await control.must('DELETE', '/faults');
    await client.client.pupPage?.evaluate("window.require('WAWebCmd').Cmd.refreshQR()");
    await until('a seventh QR', () => new Set(client.qrs).size === 7);
    await control.must('POST', `/users/${me}/scan`, { qr: await client.qr() });
    await client.ready();
  });

  it('a pairing code links the account it was made for, and no other', async () => {
    const other = '15550101002';
    await control.addUsers(other);
    const client = await open(newProfile());
    const code = await client.client.requestPairingCode(me);
    expect(code).toMatch(/^[1-9A-Z]{8}$/);
    expect((await control.ask('POST', `/users/${other}/pair`, { code })).status).toBe(409);
    await control.must('POST', `/users/${me}/pair`, { code: `${code.slice(0, 4)}-${code.slice(4)}` });
    await client.ready();
  });

  it('a restart comes back without a QR, also after the browser was killed', async () => {
    const profile = newProfile();
    await (await link(profile)).stop();
    const again = await (await open(profile)).ready();
    expect(again.qrs).toEqual([]);
    await again.kill();
    const third = await (await open(profile)).ready();
    expect(third.qrs).toEqual([]);
    expect(await device()).toMatchObject({ rolledBack: false, decryptFailures: 0 });
  });

  it('a profile that was copied earlier is known as rolled back', async () => {
    const profile = newProfile();
    const copy = newProfile();
    await (await link(profile)).stop();
    cpSync(profile.folder, copy.folder, { recursive: true });
    await (await (await open(profile)).ready()).stop();
    expect(await device()).toMatchObject({ rolledBack: false });
    await (await open(copy)).ready();
    expect(await device()).toMatchObject({ rolledBack: true, decryptFailures: 1 });
  });

  it('a second browser with the same profile sends the first one into conflict', async () => {
    const profile = newProfile();
    const copy = newProfile();
    await (await link(profile)).stop();
    cpSync(profile.folder, copy.folder, { recursive: true });
    const first = await (await open(profile)).ready();
    await (await open(copy)).ready();
    await until('conflict', () => first.events.includes('disconnected CONFLICT'));
  });

  it('unlinking on the phone logs the page out, and the old token opens nothing any more', async () => {
    const profile = newProfile();
    const copy = newProfile();
    await (await link(profile)).stop();
    cpSync(profile.folder, copy.folder, { recursive: true });
    const client = await (await open(profile)).ready();
    await control.must('POST', `/users/${me}/unlink`, {});
    await until('logout', () => client.events.includes('disconnected LOGOUT'));
    await client.qr();
    expect(await control.devices(me)).toEqual([]);

    // The library may fail where the page is sent away under it; the page itself must end up unlinked.
    const late = await open(copy).catch((error: unknown) => error);
    if (late instanceof LibraryClient) await late.qr();
    expect(await control.devices(me)).toEqual([]);
  });

  it("the library's logout unlinks the device", async () => {
    const client = await link(newProfile());
    await client.client.logout();
    expect(await control.devices(me)).toEqual([]);
  });
});
