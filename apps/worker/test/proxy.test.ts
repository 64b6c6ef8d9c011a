import { readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestProxy, type TestProxy, type TestProxyOptions } from '@wafleet/testing';
import { createStandin, type Standin } from '@wafleet/whatsapp-standin';
import { LinkServer } from './link-server';
import { Phones } from './phones';
import { buildWorker, TenantPlace } from './worker-process';

const own = '15550101011';
const friend = '15550101012';
const credentials = { username: 'customer', password: 's:cr@t %' };

let built: Awaited<ReturnType<typeof buildWorker>>;
beforeAll(async () => {
  built = await buildWorker();
});
afterAll(() => built.remove());

let standin: Standin;
let phones: Phones;
let link: LinkServer;
let place: TenantPlace;
let proxy: TestProxy;
/** Where the browser would find WhatsApp without the proxy: a port that takes everything down. */
let trap: { server: Server; visits: number };

beforeEach(async () => {
  standin = createStandin({ tlsPort: 0, controlPort: 0 });
  await standin.start();
  phones = new Phones(standin.controlUrl);
  await phones.add(own, 'Own');
  await phones.add(friend, 'Friend');
  link = await LinkServer.start();
  place = await TenantPlace.create(built.bundle);
  trap = { visits: 0, server: createServer((socket) => void ((trap.visits += 1), socket.destroy())) };
  await new Promise<void>((resolve) => trap.server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await place.remove();
  expect(place.browserProcesses()).toEqual([]);
  await link.stop();
  await proxy.stop();
  await new Promise((resolve) => trap.server.close(resolve));
  await standin.stop();
});

/** The stand-in's address comes out of the browser's arguments, and the trap's goes in. */
function laidTrap(): { browserArgs: string[]; whatsapp: number } {
  const at = /(?<=web\.whatsapp\.com 127\.0\.0\.1:)\d+/;
  const whatsapp = Number(at.exec(standin.browserArgs.join(' '))?.[0]);
  const { port } = trap.server.address() as AddressInfo;
  return { whatsapp, browserArgs: standin.browserArgs.map((arg) => arg.replace(at, String(port))) };
}

async function begin(
  options: Pick<TestProxyOptions, 'protocol'> & Partial<TestProxyOptions>,
  proxyUrl: (url: string) => string = (url) => url,
): Promise<void> {
  const { browserArgs, whatsapp } = laidTrap();
  const route = (target: string) =>
    target === 'web.whatsapp.com:443' ? { host: '127.0.0.1', port: whatsapp } : null;
  proxy = await startTestProxy({ credentials, route, ...options });
  await place.start({ linkUrl: link.url, browserArgs, proxyUrl: proxyUrl(proxy.url) });
}

async function linkByScan(): Promise<void> {
  const { qr } = await link.whenSession((session) => session.qr !== null, 'a QR');
  await phones.scan(own, qr?.raw ?? '');
  await link.whenConnected();
}

/** What anybody of this machine can read of the worker's and the browser's processes, and what is logged. */
function readable(): string {
  const pids = [place.pid, ...place.browserProcesses().map(({ pid }) => pid)];
  const lines = pids.flatMap((pid) =>
    ['cmdline', 'environ'].map((name) => readFileSync(`/proc/${pid}/${name}`)),
  );
  const logs = join(place.path, 'logs');
  return [...lines, ...readdirSync(logs).map((name) => readFileSync(join(logs, name)))].join('\n');
}

describe('a tenant with a proxy', () => {
  it.each([
    ['http', credentials],
    ['socks5', credentials],
    ['socks5', undefined],
  ] as const)(
    'that speaks %s (%j) links and sends through it, and nothing goes past it',
    async (protocol, login) => {
      await begin({ protocol, credentials: login });
      await linkByScan();
      await phones.send(friend, own, 'hello');
      await link.whenSession(({ linkIsDurable }) => linkIsDurable, 'a durable link');
      const received = link.events.some(
        (event) => event.kind === 'message.created' && event.message.body === 'hello',
      );
      expect(received).toBe(true);
      expect(trap.visits).toBe(0);
      expect(new Set(proxy.targets)).toEqual(new Set(['web.whatsapp.com:443']));
      expect(readable()).not.toMatch(/customer|cr@t|cr%40t/);
    },
  );

  it('that refuses the credentials is named, with what is wrong and without them', async () => {
    await begin({ protocol: 'socks5' }, (url) => url.replace('customer', 'stranger'));
    const session = await link.whenSession(({ reason }) => reason === 'proxy_unreachable', 'the reason');
    expect(session).toMatchObject({
      state: 'RECONNECTING',
      detail: 'the proxy refuses the credentials',
      attempt: 0,
    });
    expect(proxy.targets).toEqual([]);
    expect(trap.visits).toBe(0);
    expect(readable()).not.toMatch(/stranger/);
  });

  it('that dies while connected is waited for with the page kept and no attempt used', async () => {
    await begin({ protocol: 'socks5' });
    await linkByScan();
    const main = place.browserProcesses().find(({ type }) => type === 'main');
    await proxy.become('dead');
    expect(
      await link.whenSession(({ reason }) => reason === 'proxy_unreachable', 'the reason'),
    ).toMatchObject({ state: 'RECONNECTING', detail: 'the proxy refuses connections' });
    await proxy.become('well');
    expect(await link.whenConnected()).toMatchObject({ attempt: 0, reason: null });
    expect(place.browserProcesses().find(({ type }) => type === 'main')).toEqual(main);
    expect(trap.visits).toBe(0);
  });

  it('that is well while WhatsApp is away is not blamed', async () => {
    await begin({ protocol: 'http', route: () => null });
    expect(await link.whenSession(({ reason }) => reason !== null, 'a reason')).toMatchObject({
      reason: 'whatsapp_unreachable',
      detail: expect.stringContaining('can not reach WhatsApp'),
    });
  });

  it('that is away at the start is waited for', async () => {
    proxy = await startTestProxy({ protocol: 'http', route: () => null });
    await proxy.become('dead');
    const { browserArgs, whatsapp } = laidTrap();
    await place.start({ linkUrl: link.url, browserArgs, proxyUrl: proxy.url });
    await link.whenSession(({ reason }) => reason === 'proxy_unreachable', 'the reason');
    await proxy.stop();
    proxy = await startTestProxy({
      protocol: 'http',
      port: proxy.port,
      route: () => ({ host: '127.0.0.1', port: whatsapp }),
    });
    await link.whenSession(({ state }) => state === 'QR_READY', 'a QR');
    expect(link.session?.attempt).toBe(0);
    expect(trap.visits).toBe(0);
  });
});
