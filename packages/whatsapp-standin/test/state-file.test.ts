import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PortTakenError, type Standin, createStandin } from '../src/standin';
import { StateFileError } from '../src/state/state-store';
import { Control } from './control';
import { LibraryClient, createProfile } from './library-client';
import { until } from './until';

const me = '15550105001';
const ann = '15550105002';

describe('a stand-in with a state file', () => {
  let folder: string;
  let stateFile: string;
  let standin: Standin;
  let control: Control;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'standin-state-'));
    stateFile = join(folder, 'network.json');
    await startStandin();
  });

  afterEach(async () => {
    await standin.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const startStandin = async (tlsPort = 0) => {
    standin = createStandin({ stateFile, tlsPort });
    await standin.start();
    control = new Control(standin);
  };
  const tlsPort = () => Number(/web\.whatsapp\.com [\d.]+:(\d+)/.exec(standin.browserArgs[0] ?? '')?.[1]);

  it('a browser that runs meanwhile reconnects to a restarted stand-in, and a new one needs no scan', async () => {
    const profile = createProfile();
    await control.addUsers(me, ann);
    const running = await LibraryClient.start(standin, profile);
    await control.must('POST', `/users/${me}/scan`, { qr: await running.qr() });
    await running.ready();
    const { browserArgs } = standin;
    const port = tlsPort();
    await standin.stop();
    await startStandin(port);
    expect(standin.browserArgs).toEqual(browserArgs);
    await control.sendFromPhone(ann, me, 'after the restart');
    await running.message('after the restart');
    await running.stop();

    const again = await (await LibraryClient.start(standin, profile)).ready();
    expect(again.qrs).toEqual([]);
    await again.stop();
    profile.remove();
  });

  it('users and messages survive, with their acks and counts', async () => {
    await control.addUsers(me, ann);
    const id = await control.sendFromPhone(ann, me, 'kept');
    await until('reading', async () => (await control.chat(me, ann))[0]?.ack === 3);
    await standin.stop();
    await startStandin();
    expect(await control.chat(me, ann)).toMatchObject([{ id, body: 'kept', ack: 3, timesReceived: 1 }]);
  });

  it('a file of the first version is taken over', async () => {
    await control.addUsers(me, ann);
    await standin.stop();
    const stored = JSON.parse(readFileSync(stateFile, 'utf8')) as object;
    const old = {
      id: '3A01',
      from: ann,
      to: me,
      type: 'chat',
      body: 'old',
      timestamp: 1,
      receivedAt: 1,
      ack: 2,
    };
    const conversations = [{ members: [ann, me], unread: { [me]: 1 }, messages: [old] }];
    writeFileSync(stateFile, JSON.stringify({ ...stored, groups: undefined, version: 1, conversations }));
    await startStandin();
    expect(await control.chat(me, ann)).toMatchObject([
      { id: '3A01', body: 'old', content: { kind: 'chat' }, receipts: { [me]: expect.any(Number) } },
    ]);
  });

  it('media are kept beside it', async () => {
    await control.addUsers(me, ann);
    const media = { data: Buffer.from('bytes').toString('base64'), mimetype: 'image/png' };
    await control.must('POST', `/users/${ann}/send`, { to: me, content: { kind: 'image', media } });
    expect(readdirSync(`${stateFile}.media`)).toHaveLength(1);
  });

  it('only the owner can read its files, and no half-written one is left', async () => {
    await control.addUsers(me);
    expect(readdirSync(folder).sort()).toEqual(['network.json', 'network.json.tls']);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
    expect(JSON.parse(readFileSync(stateFile, 'utf8'))).toMatchObject({ version: 2 });
  });

  it.each(['network.json', 'network.json.tls'])('a damaged %s is named, not overwritten', async (name) => {
    await standin.stop();
    writeFileSync(join(folder, name), '{"half":');
    await expect(createStandin({ stateFile }).start()).rejects.toThrow(StateFileError);
    await expect(createStandin({ stateFile }).start()).rejects.toThrow(join(folder, name));
    expect(readFileSync(join(folder, name), 'utf8')).toBe('{"half":');
  });

  it('a taken port is told with the setting that asks for it', async () => {
    const port = tlsPort();
    const second = createStandin({ tlsPort: port });
    await expect(second.start()).rejects.toThrow(PortTakenError);
    await expect(second.start()).rejects.toThrow(`Port ${port} (tlsPort)`);
  });
});
