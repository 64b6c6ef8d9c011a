import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Control } from './control';
import { LibraryClient, createProfile } from './library-client';
import { LinkedAccount } from './linked-account';
import { until } from './until';

const me = '15550106001';
const ann = '15550106002';

describe('what happens to a page at once, as the real library meets it', () => {
  let account: LinkedAccount;
  let control: Control;

  beforeEach(async () => {
    account = await LinkedAccount.create(me, ann);
    ({ control } = account);
  });

  afterEach(() => account.stop());

  const happens = (path: string, body: object = {}) => control.must('POST', path, { number: me, ...body });

  it('reload: the library becomes ready once more', async () => {
    const client = await (await account.open()).ready();
    expect(await happens('/pages/reload')).toEqual({ pages: 1 });
    await until('ready again', () => client.events.filter((event) => event === 'ready').length === 2);
    expect(client.events.filter((event) => event.startsWith('disconnected'))).toEqual([]);
  });

  it('navigate: a new address in the same page, and every QR from then on twice', async () => {
    await control.faults({ qrTtlMs: 1_000 });
    const profile = createProfile();
    const client = await LibraryClient.start(account.standin, profile);
    try {
      await client.qr();
      await client.inPage('window.isSamePage = true');
      expect(await control.must('POST', '/pages/navigate')).toEqual({ pages: 1 });
      await until('the address', () => client.client.pupPage?.url().includes('navigation='));
      await until('a QR twice', () => {
        const latest = client.qrs.at(-1);
        return new Set(client.qrs).size > 2 && client.qrs.filter((qr) => qr === latest).length === 2;
      });
      expect(await client.inPage('window.isSamePage')).toBe(true);
    } finally {
      await client.stop();
      profile.remove();
    }
  });

  it('replace: the library is disconnected by CONFLICT', async () => {
    const client = await (await account.open()).ready();
    expect(await happens('/connections/replace')).toEqual({ pages: 1 });
    await until('conflict', () => client.events.includes('disconnected CONFLICT'));
  });

  it('busy for a time: no answer, then an answer, and no event at all', async () => {
    const client = await (await account.open()).ready();
    const before = [...client.events];
    await happens('/pages/busy', { forMs: 3_000 });
    await until('no answer', async () => !(await client.answers(500)));
    await until('an answer', () => client.answers());
    expect(client.events).toEqual(before);
  });

  it('busy for ever: no answer until the browser is killed', async () => {
    const client = await (await account.open()).ready();
    await happens('/pages/busy');
    await until('no answer', async () => !(await client.answers()));
    expect(await client.answers(2_000)).toBe(false);
    await client.kill();
  });

  it('allocate without a size: the renderer dies of it', async () => {
    const client = await account.open({ browserArgs: ['--js-flags=--max-old-space-size=96'] });
    await client.ready();
    const crashed: string[] = [];
    client.client.pupPage?.on('error', (error) => void crashed.push(error.message));
    await happens('/pages/allocate');
    await until('the crash', () => crashed.includes('Page crashed!'));
    await client.kill();
  });

  it('allocate some megabytes: the heap holds them', async () => {
    const client = await (await account.open()).ready();
    const heapMb = async () => ((await client.client.pupPage?.metrics())?.JSHeapUsedSize ?? 0) / 2 ** 20;
    const before = await heapMb();
    await happens('/pages/allocate', { megabytes: 50 });
    await until('50 MB', async () => (await heapMb()) > before + 45);
    expect(await client.state()).toBe('CONNECTED');
  });

  it('say: the page writes to its console, and fails where nobody catches it', async () => {
    const client = await (await account.open()).ready();
    const said: string[] = [];
    client.client.pupPage?.on('console', (message) => void said.push(`${message.type()} ${message.text()}`));
    client.client.pupPage?.on('pageerror', (error) => void said.push(String(error)));
    await happens('/pages/say', { how: 'warn', words: 'careful', value: 7 });
    await happens('/pages/say', { how: 'throw', words: 'it broke' });
    await until('both', () => said.includes('warn careful 7') && said.includes('Error: it broke'));
  });

  it('reaches the pages of the account that was named, and no other', async () => {
    const client = await (await account.open()).ready();
    expect(await control.must('POST', '/pages/reload', { number: ann })).toEqual({ pages: 0 });
    expect(client.events.filter((event) => event === 'ready')).toHaveLength(1);
  });
});
