import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { waMessageIdFrom, workerExit } from '@wafleet/contracts';
import { eventually } from '@wafleet/testing';
import { benchPerTest } from './bench-per-test';
import { friend, own, type WorkerBench } from './worker-bench';

let bench: WorkerBench;
benchPerTest((one) => {
  bench = one;
});

const whenVersion = (version: string) =>
  bench.link.whenSession(({ versions }) => versions.whatsappWeb === version, version);

describe('a page that changes', () => {
  it('without a module that `ready` needs is named, instead of a deadline', async () => {
    await bench.linkDurably();
    await bench.phones.fail({ removeModules: ['WAWebSyncGatingUtils'] });
    await bench.restart({ deadlines: { readyMs: 3_000 } });
    const { state, detail } = await bench.link.whenSession(
      ({ reason }) => reason === 'page_incompatible',
      'page_incompatible',
    );
    expect({ state, detail }).toEqual({ state: 'DISCONNECTED', detail: 'ready: WAWebSyncGatingUtils' });
    expect(bench.link.states.join()).not.toContain('ready_timeout');
  });

  it('and loads anew while it runs is tested again, and messages come once', async () => {
    await bench.linkDurably();
    await bench.phones.fail({ webVersion: '2.3999.1' });
    await bench.phones.reloadPages();
    await whenVersion('2.3999.1');
    // It may come before the page's news is heard again; then only the page has it.
    const id = await bench.phones.send(friend, own, 'after the reload');
    await bench.orderWhatWasLost();
    await bench.link.whenMessage(id);
    await bench.link.whenConnected();
    expect(bench.link.messageIds.filter((one) => one === id)).toHaveLength(1);
  });

  it('and takes another address brings messages once', async () => {
    await bench.linkDurably();
    await bench.phones.navigatePages();
    const ids = [];
    for (const body of ['one', 'two', 'three']) ids.push(await bench.phones.send(friend, own, body));
    for (const id of ids) await bench.link.whenMessage(id);
    expect(bench.link.messageIds.sort()).toEqual(ids.sort());
    expect(bench.link.session).toMatchObject({ state: 'CONNECTED' });
  });

  it('and loads anew while WhatsApp is away is back with it', async () => {
    await bench.linkDurably();
    await bench.phones.fail({ refuseConnections: true });
    await bench.phones.reloadPages();
    await bench.link.whenSession(({ state }) => state === 'RECONNECTING', 'RECONNECTING');
    await bench.phones.mend();
    await bench.link.whenConnected();
    const id = await bench.phones.send(friend, own, 'back again');
    await bench.link.whenMessage(id);
  });

  it('and has lost what sending needs is not green, and says what', async () => {
    await bench.linkDurably();
    await bench.phones.fail({ webVersion: '2.3999.2', removeModules: ['WAWebFindChatAction'] });
    await bench.phones.reloadPages();
    const { detail } = await bench.link.whenSession(
      ({ reason }) => reason === 'page_incompatible',
      'page_incompatible',
    );
    expect(detail).toContain('send: WAWebFindChatAction');
  });

  it('and can no longer mark as read sends all the same, and only that is refused', async () => {
    await bench.linkDurably();
    await bench.phones.fail({ webVersion: '2.3999.3', removeModules: ['WAWebUpdateUnreadChatAction'] });
    await bench.phones.reloadPages();
    await whenVersion('2.3999.3');
    await bench.link.whenConnected();
    const waMessageId = waMessageIdFrom('0'.repeat(64));
    const text = { chatId: `${friend}@c.us`, content: { type: 'text' as const, body: 'all the same' } };
    // A page that was loaded anew takes nothing until it is ready.
    await eventually(
      async () => {
        const notAfter = Date.now() + 60_000;
        return (await bench.link.command({ kind: 'message.send', waMessageId, notAfter, ...text })).ok;
      },
      { timeoutMs: 60_000, what: 'the message taken' },
    );
    await eventually(() => bench.phones.received(friend, own, waMessageId), {
      timeoutMs: 60_000,
      what: 'the message at the friend',
    });
    const seen = await bench.link.command({ kind: 'chat.seen', chatId: `${friend}@c.us` });
    expect(seen).toMatchObject({ ok: false, code: 'rejected' });
    expect(bench.link.session).toMatchObject({ state: 'CONNECTED' });
  });

  it('shows what is new over everything: the dialog is dismissed, and it connects', async () => {
    await bench.linkDurably();
    await bench.phones.fail({ whatsNewModal: true });
    await bench.restart({ deadlines: { probeIntervalMs: 500 } });
    await bench.link.whenConnected();
  });

  it('says it is unpaired, and stays: a logout all the same', async () => {
    await bench.linkDurably();
    await bench.phones.unlink(own, 'unpaired');
    expect(await bench.place.exitCode()).toBe(workerExit.parked);
    expect(bench.link.session).toMatchObject({ state: 'LOGGED_OUT', reason: 'unpaired' });
    expect(readdirSync(join(bench.place.path, 'trash'))).toHaveLength(1);
  });
});

describe('codes', () => {
  it('go on when WhatsApp stops making them', async () => {
    await bench.phones.fail({ qrRefs: 1, qrTtlMs: 500 });
    await bench.start({ deadlines: { probeIntervalMs: 300 } });
    await bench.link.whenSession(({ qr }) => (qr?.sequence ?? 0) >= 3, 'a third code');
  });
});
