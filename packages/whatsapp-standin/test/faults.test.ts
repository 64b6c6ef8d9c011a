import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Control } from './control';
import { LinkedAccount } from './linked-account';
import { until } from './until';

const me = '15550103001';
const ann = '15550103002';

describe('faults, as the real library meets them', () => {
  let account: LinkedAccount;
  let control: Control;

  beforeEach(async () => {
    account = await LinkedAccount.create(me, ann);
    ({ control } = account);
  });

  afterEach(() => account.stop());

  const open = () => account.open();

  it.each([
    ['bootDelayMs', { bootDelayMs: 700 }],
    ['syncDelayMs', { syncDelayMs: 700 }],
  ])('%s only delays', async (_name, faults) => {
    await control.faults(faults, me);
    const started = performance.now();
    await (await open()).ready();
    expect(performance.now() - started).toBeGreaterThan(700);
  });

  it('with hasSyncedAlready the library never becomes ready by itself', async () => {
    await control.faults({ hasSyncedAlready: true }, me);
    const opened = await open();
    const { client: library, events } = opened;
    await until('connected', async () => (await opened.state()) === 'CONNECTED');
    expect(await library.pupPage?.evaluate("window.require('WAWebSocketModel').Socket.hasSynced")).toBe(true);
    expect(events).toEqual([]);
    await library.pupPage?.evaluate('window.onAppStateHasSyncedEvent()');
    await until('ready', () => events.includes('ready'));
  });

  it('a removed module stops the library in the words of the real page', async () => {
    await control.faults({ removeModules: ['WAWebSyncGatingUtils'] }, me);
    const { client: library, events } = await open();
    await until('authenticated', () => events.includes('authenticated'));
    await expect(library.pupPage?.evaluate("window.require('WAWebSyncGatingUtils')")).rejects.toThrow(
      'Requiring unknown module "WAWebSyncGatingUtils"',
    );
    expect(events).not.toContain('ready');
  });

  it('renamed message keys: sent, but the library returns nothing', async () => {
    await control.faults({ renameMsgKeySerialized: '$1' }, me);
    const opened = await (await open()).ready();
    expect(await opened.client.sendMessage(`${ann}@c.us`, 'out')).toBeUndefined();
    await until('the message', async () => (await control.chat(me, ann)).length === 1);
    await control.sendFromPhone(ann, me, 'in');
    const message = await opened.message('in');
    expect(message.id).not.toHaveProperty('_serialized');
    expect(message.id).toHaveProperty('$1', expect.stringContaining('false_'));
  });

  it.each([
    ['none', 'none', 1, []],
    ['error', 'error', 0, [-1]],
    ['late', { delayMs: 300 }, 1, [1, 2, 3]],
  ])('ackMode %s', async (_name, ackMode, delivered, acks) => {
    await control.faults({ ackMode }, me);
    const opened = await (await open()).ready();
    await opened.client.sendMessage(`${ann}@c.us`, 'out');
    await until('the server', async () => (await control.sends(me)).length === 1);
    await until('the acks', () => opened.acksOf('out').length === acks.length);
    await until('the message', async () => (await control.chat(me, ann)).length === delivered);
    expect(opened.acksOf('out')).toEqual(acks);
  });

  it('a fault of one account leaves the others alone', async () => {
    await control.faults({ ackMode: 'error' }, ann);
    const opened = await (await open()).ready();
    await opened.client.sendMessage(`${ann}@c.us`, 'out');
    await until('the ack', () => opened.acksOf('out').includes(1));
  });

  it('refused connections fail the start at once', async () => {
    await control.faults({ refuseConnections: true });
    await expect(open()).rejects.toThrow(/net::ERR_/);
  });

  it('a hung server keeps the start waiting until it answers', async () => {
    await control.faults({ hangHttp: true });
    const opening = open().catch((error: unknown) => error);
    const first = await Promise.race([
      opening,
      new Promise((resolve) => setTimeout(resolve, 1_000, 'waiting')),
    ]);
    expect(first).toBe('waiting');
    await account.standin.stop();
    expect(String(await opening)).toMatch(/net::ERR_/);
  });
});
