import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '@wafleet/runtime';
import { freePort, startTestProxy, type TestProxy, type TestProxyOptions } from '@wafleet/testing';
import { Forwarder } from './forwarder';

const credentials = { username: 'customer', password: 's:cr@t %' };
const target = { host: 'web.whatsapp.com', port: 443 };

let echo: Server;
const ends: (() => Promise<void>)[] = [];
const logLines: string[] = [];
const log = createLogger({ name: 'test', destination: { write: (line) => void logLines.push(line) } });

beforeAll(async () => {
  echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});
afterAll(() => new Promise((resolve) => echo.close(resolve)));

const route = () => ({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port });

async function proxy(options: Partial<TestProxyOptions> = {}): Promise<TestProxy> {
  const started = await startTestProxy({ protocol: 'socks5', credentials, route, ...options });
  ends.push(() => started.stop());
  return started;
}

async function forwarder(url: string): Promise<{ forwarder: Forwarder; port: number }> {
  const started = new Forwarder({ proxyUrl: new URL(url), connectMs: 5_000, log });
  ends.push(() => started.stop());
  return { forwarder: started, port: await started.listen() };
}

/** What comes back over one connection. */
async function say(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('data', (data) => (heard += data.toString('latin1')));
  socket.on('error', () => undefined);
  socket.write(text);
  const answered = new Promise<void>((resolve) => socket.on('data', () => resolve()));
  await Promise.race([answered, once(socket, 'close')]);
  return heard;
}

const ask = `CONNECT ${target.host}:${target.port} HTTP/1.1\r\nhost: ${target.host}\r\n\r\n`;

describe.each(['http', 'socks5'] as const)('by way of a proxy that speaks %s', (protocol) => {
  it.each([
    ['with credentials', credentials],
    ['without', undefined],
  ])('%s, bytes go both ways and the proxy finds out the address', async (_name, login) => {
    const far = await proxy({ protocol, credentials: login });
    const { forwarder: near, port } = await forwarder(far.url);
    const socket = connect(port, '127.0.0.1');
    ends.unshift(async () => void socket.destroy());
    socket.write(`${ask}hello`);
    let heard = '';
    while (!heard.includes('hello') && !heard.includes('502'))
      heard += String((await once(socket, 'data'))[0]);
    expect(heard).toMatch(/^HTTP\/1\.1 200 .*\r\n\r\nhello$/);
    expect(await near.check(target, 5_000)).toBeNull();
    expect(far.targets).toEqual(['web.whatsapp.com:443', 'web.whatsapp.com:443']);
  });

  it('wrong credentials are the proxy’s fault, and are said to be', async () => {
    const far = await proxy({ protocol });
    const { forwarder: near, port } = await forwarder(`${protocol}://customer:wrong@127.0.0.1:${far.port}`);
    const failure = { at: 'proxy', detail: 'the proxy refuses the credentials' };
    expect(await near.check(target, 5_000)).toEqual(failure);
    expect(await say(port, ask)).toMatch(/^HTTP\/1\.1 502 /);
    expect(far.targets).toEqual([]);
    expect(logLines.join()).toContain(failure.detail);
    expect(logLines.join()).not.toMatch(/wrong|customer/);
  });

  it('a dead, a silent and a well proxy without a way to WhatsApp are told apart', async () => {
    const far = await proxy({ protocol, route: () => null });
    const { forwarder: near } = await forwarder(far.url);
    expect(await near.check(target, 5_000)).toMatchObject({ at: 'target' });
    await far.become('silent');
    expect(await near.check(target, 300)).toEqual({
      at: 'proxy',
      detail: 'the proxy does not answer in time',
    });
    await far.become('dead');
    expect(await near.check(target, 5_000)).toEqual({
      at: 'proxy',
      detail: 'the proxy refuses connections',
    });
    await far.become('well');
    expect(await near.check(target, 5_000)).toMatchObject({ at: 'target' });
  });

  it('a proxy that dies takes its connections with it', async () => {
    const far = await proxy({ protocol });
    const { port } = await forwarder(far.url);
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    socket.write(ask);
    await once(socket, 'data');
    const closed = once(socket.resume(), 'close');
    await far.become('dead');
    await closed;
  });
});

describe('the port on loopback', () => {
  it('serves CONNECT and nothing else', async () => {
    const far = await proxy();
    const { port } = await forwarder(far.url);
    expect(await say(port, 'GET http://web.whatsapp.com/ HTTP/1.1\r\nhost: a\r\n\r\n')).toMatch(/ 405 /);
    expect(await say(port, 'CONNECT web.whatsapp.com HTTP/1.1\r\nhost: a\r\n\r\n')).toMatch(/ 400 /);
    expect(far.targets).toEqual([]);
  });

  const asRoot = process.getuid?.() === 0 ? it : it.skip;
  asRoot('turns another user of this machine away', async () => {
    const far = await proxy();
    const { port } = await forwarder(far.url);
    const client = `const s = require('net').connect(${port}, '127.0.0.1');
      s.on('data', (d) => { process.stdout.write(d); process.exit(); }); s.write(${JSON.stringify(ask)});`;
    const asked = await new Promise<string>((resolve) => {
      execFile(process.execPath, ['-e', client], { uid: 61_235, gid: 61_235, cwd: '/' }, (_error, stdout) =>
        resolve(stdout),
      );
    });
    expect(asked).toMatch(/^HTTP\/1\.1 403 /);
    expect(far.targets).toEqual([]);
  });

  it('a proxy that nothing listens for is the proxy’s fault', async () => {
    const { forwarder: near } = await forwarder(`socks5://127.0.0.1:${await freePort()}`);
    expect(await near.check(target, 5_000)).toMatchObject({ at: 'proxy' });
  });
});
