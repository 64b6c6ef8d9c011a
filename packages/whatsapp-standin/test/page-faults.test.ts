import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Control } from './control';
import { createProfile, LibraryClient } from './library-client';
import { LinkedAccount } from './linked-account';
import { until } from './until';

const me = '15550105001';
const ann = '15550105002';

const socket = "window.require('WAWebSocketModel').Socket";

describe('faults of page and server, as the real library meets them', () => {
  let account: LinkedAccount;
  let control: Control;

  beforeEach(async () => {
    account = await LinkedAccount.create(me, ann);
    ({ control } = account);
  });

  afterEach(() => account.stop());

  const connected = (client: LibraryClient) =>
    until('connected', async () => (await client.state()) === 'CONNECTED');

  it('httpDelayMs only delays', async () => {
    await control.faults({ httpDelayMs: 500 });
    const started = performance.now();
    await (await account.open()).ready();
    expect(performance.now() - started).toBeGreaterThan(1_000);
  });

  it.each([200, 500, 503])('errorPage %d: the library finds no WhatsApp and gives up', async (errorPage) => {
    await control.faults({ errorPage });
    await expect(account.open({ authTimeoutMs: 600 })).rejects.toBe('auth timeout');
  });

  it('errorPage of one account takes its script away', async () => {
    await control.faults({ errorPage: 503 }, me);
    await expect(account.open({ authTimeoutMs: 600 })).rejects.toBe('auth timeout');
  });

  it('silentSocket: CONNECTED, and nothing comes until a new connection may speak', async () => {
    const client = await (await account.open()).ready();
    await control.sendFromPhone(ann, me, 'heard');
    await client.message('heard');
    // Its receipt is on the way, and would be swallowed too.
    await until('its receipt', async () => (await control.devices(me))[0]?.pendingMessages === 0);
    await control.faults({ silentSocket: true }, me);
    await control.sendFromPhone(ann, me, 'unheard');
    await client.client.sendMessage(`${ann}@c.us`, 'unsaid');
    expect(await client.state()).toBe('CONNECTED');
    expect((await control.devices(me))[0]).toMatchObject({ online: true, pendingMessages: 1 });
    await control.must('DELETE', '/faults');
    expect(await control.sends(me)).toEqual([]);
    expect(client.messages.map((one) => one.body)).toEqual(['heard']);
    expect(await control.must('POST', '/connections/drop', { number: me })).toEqual({ pages: 1 });
    await client.message('unheard');
    await until('the message', async () => (await control.sends(me)).length === 1);
  });

  it('silentSocket: a page that starts stays OPENING', async () => {
    await control.faults({ silentSocket: true }, me);
    const opening = account.open().catch((error: unknown) => error);
    const first = await Promise.race([
      opening,
      new Promise((resolve) => setTimeout(resolve, 1_500, 'waiting')),
    ]);
    expect(first).toBe('waiting');
    await control.must('DELETE', '/faults');
    await control.must('POST', '/connections/drop', { number: me });
    await ((await opening) as LibraryClient).ready();
  });

  it.each(['PROXYBLOCK', 'TOS_BLOCK', 'SMB_TOS_BLOCK', 'DEPRECATED_VERSION'])(
    'serverState %s disconnects the library',
    async (serverState) => {
      const client = await (await account.open()).ready();
      await control.faults({ serverState }, me);
      await control.must('POST', '/connections/drop', { number: me });
      await until('disconnected', () => client.events.includes(`disconnected ${serverState}`));
    },
  );

  it('serverState TIMEOUT is told as a state only, and ends with a reconnect', async () => {
    const client = await (await account.open()).ready();
    await control.faults({ serverState: 'TIMEOUT' }, me);
    await control.must('POST', '/connections/drop', { number: me });
    await until('timeout', () => client.events.includes('state TIMEOUT'));
    await control.must('DELETE', '/faults');
    await client.client.resetState();
    await connected(client);
    expect(client.events.filter((event) => event.startsWith('disconnected'))).toEqual([]);
  });

  it('serverState of a page that is not linked keeps it from a QR', async () => {
    await control.faults({ serverState: 'PROXYBLOCK' });
    const profile = createProfile();
    const client = await LibraryClient.start(account.standin, profile);
    try {
      expect(await client.state()).toBe('PROXYBLOCK');
      expect(client.qrs).toEqual([]);
    } finally {
      await client.stop();
      profile.remove();
    }
  });

  it('webVersion is what the page says, and changes with a reload', async () => {
    await control.faults({ webVersion: '2.3000.1' }, me);
    const client = await (await account.open()).ready();
    expect(await client.client.getWWebVersion()).toBe('2.3000.1');
    await control.faults({ webVersion: '2.3000.2' }, me);
    await control.must('POST', '/pages/reload', { number: me });
    await until('ready again', () => client.events.filter((event) => event === 'ready').length === 2);
    expect(await client.client.getWWebVersion()).toBe('2.3000.2');
  });

  it('neverSyncs: CONNECTED, and never authenticated', async () => {
    await control.faults({ neverSyncs: true }, me);
    const client = await account.open();
    await connected(client);
    expect(await client.inPage(`${socket}.stream`)).toBe('SYNCING');
    expect(await client.inPage(`${socket}.hasSynced`)).toBe(false);
    expect(client.events).toEqual([]);
    await control.must('DELETE', '/faults');
    await client.client.resetState();
    await client.ready();
  });

  it.each([
    ['Escape', (client: LibraryClient) => client.client.pupPage?.keyboard.press('Escape')],
    ['a click', (client: LibraryClient) => client.client.pupPage?.click('[role=dialog] button')],
  ])('whatsNewModal keeps the library from ready until %s dismisses it', async (_name, dismiss) => {
    await control.faults({ whatsNewModal: true }, me);
    const client = await account.open();
    await connected(client);
    await client.client.pupPage?.waitForSelector('[role=dialog]');
    expect(client.events).toEqual([]);
    await dismiss(client);
    await client.ready();
    expect(await client.inPage("document.querySelector('[role=dialog]')")).toBeNull();
  });

  it('memoryGrowthMbPerMinute: the heap of the page grows', async () => {
    await control.faults({ memoryGrowthMbPerMinute: 1_200 }, me);
    const client = await (await account.open()).ready();
    const heapMb = async () => ((await client.client.pupPage?.metrics())?.JSHeapUsedSize ?? 0) / 2 ** 20;
    const atFirst = await heapMb();
    await until('40 MB more', async () => (await heapMb()) > atFirst + 40);
  });

  it('qrRefs: the page is idle after its first QR', async () => {
    await control.faults({ qrRefs: 1, qrTtlMs: 300 });
    const profile = createProfile();
    const client = await LibraryClient.start(account.standin, profile);
    try {
      await until('idle', async () => (await client.state()) === 'UNPAIRED_IDLE');
      expect(new Set(client.qrs).size).toBe(1);
    } finally {
      await client.stop();
      profile.remove();
    }
  });

  it('unlinked in mode unpaired: only the state tells, and the profile stays', async () => {
    const client = await (await account.open()).ready();
    await control.must('POST', `/users/${me}/unlink`, { mode: 'unpaired' });
    await until('disconnected', () => client.events.includes('disconnected UNPAIRED'));
    expect(client.events).not.toContain('disconnected LOGOUT');
    expect(existsSync(join(account.profile.folder, 'session'))).toBe(true);
    expect(await control.devices(me)).toEqual([]);
  });
});
