import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import puppeteer from 'puppeteer';
import { findBrowser } from '@wafleet/local-stack';
import { tempDir } from '@wafleet/testing';
import { launchOptions } from './browser';

/** Runs in the page. What a page does to find out its address: a peer connection that asks a server over UDP. */
async function gatherCandidates(port: number): Promise<number> {
  interface Peer {
    createDataChannel(label: string): void;
    createOffer(): Promise<unknown>;
    setLocalDescription(offer: unknown): Promise<void>;
    onicecandidate: (event: { candidate: unknown }) => void;
  }
  const page = globalThis as unknown as { RTCPeerConnection: new (config: object) => Peer };
  const peer = new page.RTCPeerConnection({ iceServers: [{ urls: `stun:127.0.0.1:${port}` }] });
  peer.createDataChannel('any');
  let found = 0;
  const gathered = new Promise<void>((resolve) => {
    peer.onicecandidate = ({ candidate }) => (candidate ? (found += 1) : resolve());
  });
  await peer.setLocalDescription(await peer.createOffer());
  await gathered;
  return found;
}

/** What a browser that was started like this reaches by itself, and what it asks its proxy for. */
async function outings(hasProxy: boolean) {
  const folder = await tempDir('wafleet-browser-');
  const seen = { direct: 0, udp: 0, proxied: [] as string[] };
  const udp = createSocket('udp4', () => (seen.udp += 1)).bind(0, '127.0.0.1');
  const web = createServer((_request, response) => (seen.direct++, response.end('here'))).listen(
    0,
    '127.0.0.1',
  );
  const proxy = createServer((request, response) => {
    seen.proxied.push(String(request.url));
    response.end('here');
  }).listen(0, '127.0.0.1');
  await Promise.all([udp, web, proxy].map((server) => once(server, 'listening')));
  const portOf = (server: typeof web) => (server.address() as AddressInfo).port;
  for (const name of ['home', 'tmp', 'run']) await mkdir(join(folder.path, name));
  const found = await findBrowser();
  const options = launchOptions(
    {
      ...found,
      sandbox: found.sandbox && process.getuid?.() !== 0,
      tenantId: 'ten_1',
      tenantDir: folder.path,
      extraArgs: [],
      launcherPath: found.executablePath,
      launchTimeoutMs: 30_000,
      environment: {},
    },
    hasProxy ? portOf(proxy) : null,
  );
  const browser = await puppeteer.launch(options);
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${portOf(web)}/`);
    const candidates = await page.evaluate(gatherCandidates, udp.address().port);
    return { ...seen, candidates };
  } finally {
    await browser.close();
    await new Promise<void>((resolve) => udp.close(resolve));
    for (const server of [web, proxy]) await new Promise((resolve) => server.close(resolve));
    await folder.remove();
  }
}

describe('a browser with a proxy', () => {
  it('goes nowhere past it: not to loopback, and not over UDP', async () => {
    const { direct, udp, proxied, candidates } = await outings(true);
    expect({ direct, udp, candidates }).toEqual({ direct: 0, udp: 0, candidates: 0 });
    expect(proxied).toContainEqual(expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/));
  });

  it('would do both without one, so that the test above tests something', async () => {
    const { direct, udp, proxied } = await outings(false);
    expect([direct > 0, udp > 0, proxied.length]).toEqual([true, true, 0]);
  });
});
