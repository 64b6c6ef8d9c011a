import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { waMessageIdFrom, workerExit } from '@wafleet/contracts';
import { eventually } from '@wafleet/testing';
import { friend, own, WorkerBench } from './worker-bench';
import { buildWorker } from './worker-process';

let built: Awaited<ReturnType<typeof buildWorker>>;
beforeAll(async () => {
  built = await buildWorker();
});
afterAll(() => built.remove());

let bench: WorkerBench;
let phones: WorkerBench['phones'];
let link: WorkerBench['link'];
let place: WorkerBench['place'];
beforeEach(async () => {
  bench = await WorkerBench.create(built.bundle);
  ({ phones, link, place } = bench);
});
afterEach(() => bench.remove());

type Settings = Parameters<WorkerBench['start']>[0];
const start = (settings?: Settings) => bench.start(settings);
const linkByScan = (settings?: Settings) => bench.linkByScan(settings);
const linkDurably = (settings?: Settings) => bench.linkDurably(settings);

const messages = () =>
  link.events.flatMap((event) => (event.kind === 'message.created' ? [event.message] : []));
const acks = (id: string) =>
  link.events.flatMap((event) => (event.kind === 'message.ack' && event.key.id === id ? [event.ack] : []));

describe('linking', () => {
  it('a scanned QR connects, and the link is called durable only after a while', async () => {
    await start({ deadlines: { durableMs: 1_500 } });
    const shown = await link.whenSession((session) => session.qr !== null, 'a QR');
    expect(shown).toMatchObject({ state: 'QR_READY', reason: 'awaiting_scan' });
    await phones.scan(own, shown.qr?.raw ?? '');
    expect(await link.whenConnected()).toMatchObject({
      reason: null,
      qr: null,
      account: { phoneNumber: own, name: 'Own' },
      linkIsDurable: false,
      versions: { library: '1.34.7', browser: expect.stringMatching(/^\d+\./) },
    });
    await link.whenSession((session) => session.linkIsDurable, 'a durable link');
    expect([...new Set(link.states)]).toEqual([
      'STARTING()',
      'QR_READY(awaiting_scan)',
      'AUTHENTICATING()',
      'CONNECTED()',
    ]);
  });

  it('a pairing code links as well, and only a session that waits for one gives a code', async () => {
    await start();
    await link.whenSession(({ state }) => state === 'QR_READY', 'a QR');
    const result = await link.command({ kind: 'session.pairing_code', phoneNumber: own });
    const code = result.ok ? String(result.value['code']) : '';
    expect(code).toMatch(/^[A-Z0-9]{8}$/);
    expect(link.session).toMatchObject({
      reason: 'awaiting_pairing_code',
      pairingCode: { code, phoneNumber: own },
    });
    await phones.pair(own, code);
    await link.whenConnected();
    expect(await link.command({ kind: 'session.pairing_code', phoneNumber: own })).toMatchObject({
      ok: false,
      code: 'not_waiting_for_link',
    });
  });

  it('after a restart the session connects without a scan', async () => {
    await linkByScan();
    expect(await place.stop()).toBe(workerExit.stopped);
    link.forget();
    await start();
    await link.whenConnected();
    expect(link.states.join()).not.toContain('QR_READY');
    expect(
      link.session?.linkIsDurable || (await link.whenSession((s) => s.linkIsDurable, 'durable')),
    ).toBeTruthy();
  });

  it('a code that nobody scans parks the tenant', async () => {
    await start({ deadlines: { qrBudgetMs: 1_000 } });
    expect(await place.exitCode()).toBe(workerExit.parked);
    expect(link.session).toMatchObject({ state: 'DISCONNECTED', reason: 'qr_expired', qr: null });
  });
});

describe('logout', () => {
  it('on request: unlinked at WhatsApp, the profile in the trash, the worker gone', async () => {
    await linkByScan();
    expect(await link.command({ kind: 'session.logout' })).toEqual({ ok: true, value: { unlinked: true } });
    expect(await place.exitCode()).toBe(workerExit.parked);
    expect(link.session).toMatchObject({ state: 'LOGGED_OUT', reason: 'signed_out_by_user', detail: null });
    expect(readdirSync(join(place.path, 'trash'))).toHaveLength(1);
    expect(readdirSync(place.path)).not.toContain('profile');
  });

  it('on the phone: noticed, and the next worker shows a new QR', async () => {
    await linkByScan();
    await phones.unlink(own);
    expect(await place.exitCode()).toBe(workerExit.parked);
    expect(link.session).toMatchObject({ state: 'LOGGED_OUT', reason: 'phone_logged_out' });
    expect(readdirSync(join(place.path, 'trash'))).toHaveLength(1);
    link.forget();
    await start();
    await link.whenSession(({ qr }) => qr !== null, 'a new QR');
  });
});

describe('messages', () => {
  it('come in with the id that WhatsApp gave them, once', async () => {
    await linkByScan();
    const id = await phones.send(friend, own, 'hello');
    await eventually(() => messages().length > 0, { timeoutMs: 60_000, what: 'the message' });
    expect(messages()).toMatchObject([
      {
        key: { id, fromMe: false, chatId: `${friend}@c.us`, sender: `${friend}@c.us` },
        type: 'text',
        body: 'hello',
      },
    ]);
  });

  it('go out under the chosen id, and their acks name it', async () => {
    await linkByScan();
    const waMessageId = waMessageIdFrom('ab'.repeat(32));
    const command = {
      kind: 'message.send' as const,
      waMessageId,
      chatId: `${friend}@c.us`,
      content: { type: 'text' as const, body: 'hi' },
      notAfter: Date.now() + 60_000,
    };
    expect(await link.command(command, 'once')).toMatchObject({ ok: true });
    await eventually(() => acks(waMessageId).includes(3), { timeoutMs: 60_000, what: 'the read ack' });
    expect(await link.command(command, 'once')).toMatchObject({ ok: true });
    expect(await phones.chat(friend, own)).toMatchObject([{ id: waMessageId, from: own, body: 'hi' }]);
    expect(await link.command({ kind: 'message.find', waMessageId, chatId: `${friend}@c.us` })).toEqual({
      ok: true,
      value: { found: true, ack: 3 },
    });
    expect(
      await link.command({ kind: 'message.find', waMessageId: '3EB0FF', chatId: `${friend}@c.us` }),
    ).toEqual({ ok: true, value: { found: false, ack: null } });
  });

  it('are found behind many that came later, where the chat is read back to them', async () => {
    await linkDurably();
    const waMessageId = waMessageIdFrom('ef'.repeat(32));
    const chatId = `${friend}@c.us`;
    const since = Date.now();
    const content = { type: 'text' as const, body: 'hi' };
    const notAfter = since + 60_000;
    expect(
      await link.command({ kind: 'message.send', waMessageId, chatId, content, notAfter }),
    ).toMatchObject({ ok: true });
    await eventually(() => acks(waMessageId).length > 0, { timeoutMs: 60_000, what: 'an ack' });
    const later: string[] = [];
    // Several times what a page has of a chat after its next load.
    while (later.length < 160) later.push(await phones.send(friend, own, `later ${later.length}`));
    await link.whenMessage(later.at(-1) as string);
    expect(await place.stop()).toBe(workerExit.stopped);
    link.forget();
    await start();
    await link.whenConnected();
    const find = { kind: 'message.find' as const, waMessageId, chatId };
    expect(await link.command(find)).toMatchObject({ value: { found: false } });
    // Somebody else reads the same chat back meanwhile.
    const outage = { outageId: 'out_1', since, chats: [] };
    expect(await link.command({ kind: 'messages.backfill', ...outage })).toMatchObject({ ok: true });
    expect(await link.command({ ...find, waMessageId: '3EB0FF', since })).toMatchObject({
      value: { found: false },
    });
    expect(await link.command({ ...find, since })).toMatchObject({ value: { found: true } });
    const read = () => link.events.find((event) => event.kind === 'backfill.chat');
    await eventually(read, { timeoutMs: 60_000, what: 'the chat read' });
    expect(read()).toMatchObject({ isWhole: true });
    const come = new Set(messages().map(({ key }) => key.id));
    expect(later.filter((id) => !come.has(id))).toEqual([]);
  });

  it('a recipient that WhatsApp does not have is refused, and nothing was sent', async () => {
    await linkByScan();
    const result = await link.command({
      kind: 'message.send',
      waMessageId: waMessageIdFrom('cd'.repeat(32)),
      chatId: '15550109999@c.us',
      content: { type: 'text', body: 'hi' },
      notAfter: Date.now() + 60_000,
    });
    expect(result).toMatchObject({ ok: false, code: 'invalid_recipient', nothingSent: true });
  });

  it('that came while no worker ran are brought by the next one', async () => {
    await linkByScan();
    await place.stop();
    link.forget();
    const leftAt = Date.now();
    const sent: string[] = [];
    for (let number = 1; number <= 50; number += 1)
      sent.push(await phones.send(friend, own, `while you were away ${number}`));
    await start({ deadlines: { settleMs: 500, lateMs: 2_000 } });
    await link.whenConnected();
    const command = {
      kind: 'messages.backfill' as const,
      outageId: 'out_1',
      since: leftAt - 1_000,
      chats: [],
    };
    expect(await link.command(command)).toEqual({ ok: true, value: {} });
    const readings = () => link.events.filter((event) => event.kind === 'backfill.read');
    await eventually(() => readings().length === 2, { timeoutMs: 60_000, what: 'both readings' });
    expect(messages().map(({ key }) => key.id)).toEqual(sent);
    expect(readings()).toMatchObject([
      { outageId: 'out_1', reading: 'settled', failed: 0 },
      { outageId: 'out_1', reading: 'late', failed: 0 },
    ]);
    expect(link.events.filter((event) => event.kind === 'backfill.chat')).toContainEqual(
      expect.objectContaining({ chatId: `${friend}@c.us`, isWhole: true }),
    );
  });

  it('keep their ids when the page renames the property that held them', async () => {
    await phones.fail({ renameMsgKeySerialized: '$1' });
    await linkByScan();
    const waMessageId = waMessageIdFrom('ef'.repeat(32));
    const sent = await link.command({
      kind: 'message.send',
      waMessageId,
      chatId: `${friend}@c.us`,
      content: { type: 'text', body: 'hi' },
      notAfter: Date.now() + 60_000,
    });
    expect(sent).toMatchObject({ ok: true });
    await eventually(() => acks(waMessageId).includes(3), { timeoutMs: 60_000, what: 'the read ack' });
    const id = await phones.send(friend, own, 'hello');
    await eventually(() => messages().some(({ key }) => key.id === id), {
      timeoutMs: 60_000,
      what: 'the message',
    });
  });
});

describe('the link', () => {
  it('cut and back: what was not committed is resent, in order, without a gap', async () => {
    await linkByScan();
    link.commits = false;
    const sent: string[] = [];
    for (let number = 1; number <= 20; number += 1) {
      sent.push(await phones.send(friend, own, `message ${number}`));
      if (number === 10) link.cut();
    }
    link.commits = true;
    link.cut();
    await eventually(() => messages().length >= 20, { timeoutMs: 60_000, what: 'all messages' });
    expect(messages().map(({ key }) => key.id)).toEqual(sent);
    expect(link.hellos).toBeGreaterThanOrEqual(2);
  });

  it('an older generation is refused and ends, its browser first', async () => {
    link.refusal = 'superseded';
    await start();
    expect(await place.exitCode()).toBe(workerExit.refused);
    expect(place.browserProcesses()).toEqual([]);
  });

  it('a worker that nobody hears ends by itself', async () => {
    link.refusal = 'standby';
    await start({ maxLinkAbsenceMs: 1_500 });
    expect(await place.exitCode()).toBe(workerExit.linkLost);
  });

  it('heartbeats tell the page answers and what node and browser cost', async () => {
    await linkByScan();
    const heartbeat = await eventually(() => link.heartbeats.find(({ probe }) => probe?.ok), {
      timeoutMs: 60_000,
      what: 'a heartbeat with a probe',
    });
    expect(heartbeat).toMatchObject({ probe: { missed: 0 }, queues: { outbound: 0 } });
    expect(heartbeat.processes).toBeGreaterThan(3);
    expect(heartbeat.memory.nodeBytes).toBeGreaterThan(5_000_000);
  });
});

describe('repair', () => {
  it('a crashed page is replaced by one new browser', async () => {
    await linkDurably();
    place.signalBrowser('renderer', 'SIGKILL');
    await link.whenSession(({ reason }) => reason === 'renderer_crashed', 'RECONNECTING');
    await link.whenConnected();
    const incidents = link.events.filter((event) => event.kind === 'incident');
    expect(incidents).toMatchObject([
      {
        number: 1,
        reason: 'renderer_crashed',
        evidence: {
          probes: expect.arrayContaining([expect.objectContaining({ ok: true })]),
          versions: { browser: expect.any(String), whatsappWeb: expect.any(String) },
        },
      },
    ]);
    expect(incidents[0]?.evidence.transitions.map(({ state }) => state)).toEqual(
      expect.arrayContaining(['CONNECTED', 'RECONNECTING']),
    );
    expect(place.browserProcesses().filter(({ type }) => type === 'main')).toHaveLength(1);
  });

  it('a killed browser is replaced', async () => {
    await linkDurably();
    place.signalBrowser('main', 'SIGKILL');
    await link.whenSession(({ reason }) => reason === 'browser_crashed', 'RECONNECTING');
    await link.whenConnected();
    expect(place.browserProcesses().filter(({ type }) => type === 'main')).toHaveLength(1);
  });

  it('a stopped page is not green, and is replaced', async () => {
    await linkDurably({ deadlines: { probeIntervalMs: 300, probeTimeoutMs: 1_500 } });
    const stopped = place.signalBrowser('renderer', 'SIGSTOP');
    await link.whenSession(
      ({ state, reason }) => state === 'RECONNECTING' && reason === 'browser_hung',
      'hung',
    );
    expect(link.states).toContain('RECONNECTING(probe_overdue)');
    await link.whenConnected();
    expect(place.browserProcesses().some(({ pid }) => pid === stopped)).toBe(false);
  });

  it('a sync that had finished before anybody listened still connects', async () => {
    await linkByScan();
    await place.stop();
    link.forget();
    await phones.fail({ hasSyncedAlready: true });
    await start();
    await link.whenConnected();
  });
});

describe('the browser', () => {
  it('runs sandboxed as an ordinary user, and holds the lock of its profile itself', async () => {
    await start();
    await link.whenSession(({ state }) => state === 'QR_READY', 'a QR');
    const renderer = place.browserProcesses().find(({ type }) => type === 'renderer');
    const status = readFileSync(`/proc/${renderer?.pid}/status`, 'utf8');
    expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).not.toBe('0');
    expect(/^Seccomp:\s+(\d)/m.exec(status)?.[1]).toBe('2');
    expect(/^NSpid:\s+\d+\s+\d+/m.test(status)).toBe(true);
    expect(place.lockIsFree()).toBe(false);
    place.signal('SIGKILL');
    await place.exitCode();
    await eventually(() => place.browserProcesses().length === 0, {
      timeoutMs: 60_000,
      what: 'the browser of a killed worker to end with it',
    });
    expect(place.lockIsFree()).toBe(true);
  });

  it('does not open beside another one on the same profile', async () => {
    await place.holdLock();
    await start({ reconnect: { firstMs: 200 } });
    await link.whenSession(({ reason }) => reason === 'profile_locked', 'profile_locked');
    expect(place.browserProcesses()).toEqual([]);
    await place.releaseLock?.();
    await link.whenSession(({ state }) => state === 'QR_READY', 'a QR');
  });
});
