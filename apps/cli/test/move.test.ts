import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  callStandin,
  type ControlPlane,
  eventually,
  findTenantProcesses,
  type Stack,
  startStack,
} from '@wafleet/testing';
import { accessOf, type Command, createCommand } from './command';

const [owner, customer] = ['15550100011', '15550100911'];
const passphrase = 'a passphrase for the way';

/** A tenant's login on its way between two installations, each with its own database, data folder and master key. */
describe('wafleet move', () => {
  let old: Stack;
  let other: Stack;
  let there: ControlPlane;
  let here: Command;
  let elsewhere: Command;
  let bakery: string;

  beforeAll(async () => {
    old = await startStack();
    // One WhatsApp for both.
    other = await startStack({
      env: { BROWSER_EXTRA_ARGS: JSON.stringify(old.standin.browserArgs) },
    });
    const first = await old.startControlPlane();
    there = await other.startControlPlane();
    await writeFile(join(old.dataDir, 'access.json'), accessOf(old, first.url), { mode: 0o600 });
    await writeFile(join(other.dataDir, 'access.json'), accessOf(other, there.url), { mode: 0o600 });
    here = createCommand({ DATA_DIR: old.dataDir, WAFLEET_PASSPHRASE: passphrase });
    elsewhere = createCommand({ DATA_DIR: other.dataDir, WAFLEET_PASSPHRASE: passphrase });
    await callStandin(old, 'PUT', `/users/${owner}`, { name: 'Owner' });
    await callStandin(old, 'PUT', `/users/${customer}`, { name: 'Customer' });
    bakery = (await here.json(['create', 'Bakery'])).id;
    const qr = await here.json(['qr', 'Bakery']);
    await callStandin(old, 'POST', `/users/${owner}/scan`, { qr: qr.raw });
    await eventually(async () => (await here.json(['status', bakery])).session.linkIsDurable, {
      timeoutMs: 120_000,
      what: 'a link that survives a crash',
    });
  }, 300_000);

  afterAll(async () => {
    await other?.stop();
    await old?.stop();
  }, 180_000);

  const codesShown = async (cli: Command) =>
    (await cli.json(['events', bakery, '--type', 'session.qr'])).items.length;
  const devices = async () => (await callStandin(old, 'GET', `/users/${owner}`)).devices;
  const bodiesAt = async (controlPlane: ControlPlane) =>
    (await controlPlane.admin.get(`/admin/tenants/${bakery}/messages`)).items.map(
      ({ body }: { body: string }) => body,
    );
  const write = (body: string) => callStandin(old, 'POST', `/users/${customer}/send`, { to: owner, body });

  it('moves to another data folder: no scan, nothing rolled back, what came meanwhile is read there', async () => {
    await write('before the move');
    await here.json(['stop', 'Bakery']);
    await write('while nobody listens');
    const moved = await here.json(['move', 'Bakery', '--to', other.dataDir, '--yes']);
    expect(moved).toMatchObject({
      tenantId: bakery,
      left: { status: 'PAUSED', reason: { code: 'moved' } },
      arrived: { status: 'ACTIVE', session: { account: { phoneNumber: owner } } },
    });
    expect(findTenantProcesses(old.tenantsDir)).toEqual([]);
    expect(await codesShown(elsewhere)).toBe(0);
    expect(await devices()).toEqual([expect.objectContaining({ rolledBack: false })]);
    await write('after the move');
    for (const body of ['while nobody listens', 'after the move'])
      await eventually(async () => (await bodiesAt(there)).includes(body), {
        timeoutMs: 60_000,
        what: `the message ${body}`,
      });
  }, 300_000);

  it('starts no more where it left, by no verb, and a repeat of the move changes nothing', async () => {
    for (const words of [
      ['start'],
      ['restart'],
      ['clean', '--yes'],
      ['reset', '--yes'],
      ['restore', '--yes'],
    ])
      expect(await here.run([words[0] as string, 'Bakery', ...words.slice(1)])).toMatchObject({
        exitCode: 6,
        stderr: expect.stringContaining('moved to another installation'),
      });
    expect(findTenantProcesses(old.tenantsDir)).toEqual([]);
    const again = await here.json(['move', 'Bakery', '--to', other.dataDir, '--yes']);
    expect(again.arrived.status).toBe('ACTIVE');
    expect((await elsewhere.json(['backups', bakery])).items).toHaveLength(1);
    // Nor is it taken over twice.
    expect(await elsewhere.run(['move', bakery, '--to', other.dataDir, '--yes'])).toMatchObject({
      exitCode: 6,
      stderr: expect.stringContaining('already'),
    });
  }, 120_000);

  it('comes home in a file: refused where it was changed or the passphrase is another one, taken once', async () => {
    const file = join(other.dataDir, 'bakery.move');
    const sent = await elsewhere.json(['move', 'Bakery', '--out', file, '--yes']);
    expect(sent).toMatchObject({ file, left: { reason: { code: 'moved' } } });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const bytes = await readFile(file);
    // The number stands in the profile in clear.
    expect(bytes.includes(owner)).toBe(false);

    const stranger = createCommand({ DATA_DIR: old.dataDir, WAFLEET_PASSPHRASE: 'not the same one at all' });
    const refused = { exitCode: 2, stderr: expect.stringContaining('The archive can not be opened') };
    expect(await stranger.run(['move', '--in', file, '--yes'])).toMatchObject(refused);
    const changed = `${file}-changed`;
    bytes[bytes.length - 100]! ^= 1;
    await writeFile(changed, bytes, { mode: 0o600 });
    expect(await here.run(['move', '--in', changed, '--yes'])).toMatchObject(refused);
    expect(await here.json(['status', 'Bakery'])).toMatchObject({ reason: { code: 'moved' } });

    const home = await here.json(['move', '--in', file, '--yes']);
    expect(home).toMatchObject({ tenantId: bakery, left: null, arrived: { status: 'ACTIVE' } });
    expect(await devices()).toEqual([expect.objectContaining({ rolledBack: false })]);
    expect(await here.run(['move', '--in', file, '--yes'])).toMatchObject({ exitCode: 6 });
    await rm(file);
  }, 300_000);

  it('is taken back where nothing became of the move', async () => {
    const file = join(old.dataDir, 'bakery.move');
    await here.json(['move', 'Bakery', '--out', file, '--yes']);
    expect(await here.run(['move', 'Bakery', '--take-back'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('must not run elsewhere any more'),
    });
    const back = await here.json(['move', 'Bakery', '--take-back', '--yes']);
    expect(back).toMatchObject({ arrived: { status: 'ACTIVE' } });
    expect(await here.run(['move', 'Bakery', '--take-back', '--yes'])).toMatchObject({ exitCode: 6 });
  }, 240_000);
});
