import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Server, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from '@wafleet/runtime';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { FaultSwitch } from '../faults/fault-switch';
import type { PageConnection } from '../network/device-connections';
import type { MediaStore } from '../network/media-store';
import type { Network } from '../network/network';
import { Timers } from '../network/timers';
import { anyCallSchema, pageFrameSchema } from '../protocol';
import type { Certificate } from './certificate';
import { MediaServer } from './media-server';
import { type PageConfig, bundlePageScript, errorHtml, pageHtml } from './page-script';

const maxFrameBytes = 16 * 1024 * 1024;

interface Parts {
  network: Network;
  faults: FaultSwitch;
  media: MediaStore;
  certificate: Certificate;
  log: Logger;
}

/** What web.whatsapp.com is to a browser: the page over https, and the WebSocket it talks through. */
export class WebServer {
  private readonly server: Server;
  private readonly sockets = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes });
  private readonly script = bundlePageScript();
  private readonly timers = new Timers();
  private readonly mediaServer: MediaServer;

  constructor(private readonly parts: Parts) {
    this.mediaServer = new MediaServer({ ...parts, timers: this.timers });
    this.server = createServer(parts.certificate, (request, response) => this.serve(request, response));
    this.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.upgrade(request, socket, head),
    );
  }

  /** @returns the port, which is a free one where 0 was asked for */
  async start(port: number, host: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, resolve);
    });
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.timers.stop();
    for (const socket of this.sockets.clients) socket.terminate();
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'https://web.whatsapp.com');
    const account = url.searchParams.get('account') || undefined;
    const faults = this.parts.faults.of(account);
    if (faults.refuseConnections) {
      request.socket.destroy();
      return;
    }
    if (faults.hangHttp) return;
    if (this.mediaServer.serve(url, account, request, response)) return;
    if (faults.httpDelayMs) this.timers.after(faults.httpDelayMs, () => this.answer(url, account, response));
    else this.answer(url, account, response);
  }

  private answer(url: URL, account: string | undefined, response: ServerResponse): void {
    const { errorPage } = this.parts.faults.of(account);
    response.setHeader('cache-control', 'no-store');
    if (errorPage) {
      const isScript = url.pathname !== '/';
      response.writeHead(errorPage, { 'content-type': isScript ? 'text/javascript' : 'text/html' });
      response.end(isScript ? '' : errorHtml);
    } else if (url.pathname === '/') {
      response.setHeader('content-type', 'text/html; charset=utf-8').end(pageHtml);
    } else if (url.pathname === '/app.js') {
      response.setHeader('content-type', 'text/javascript; charset=utf-8').end(this.scriptFor(account));
    } else {
      response.writeHead(404).end();
    }
  }

  private scriptFor(account: string | undefined): string {
    const config: PageConfig = { faults: this.parts.faults.ofPage(account) };
    return `window.standinConfig=${JSON.stringify(config)};\n${this.script}`;
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? '/', 'https://web.whatsapp.com');
    const account = url.searchParams.get('account') || undefined;
    if (url.pathname !== '/ws/chat' || this.parts.faults.of(account).refuseConnections) {
      socket.destroy();
      return;
    }
    this.sockets.handleUpgrade(request, socket, head, (webSocket) => this.connected(webSocket, account));
  }

  private connected(socket: WebSocket, account: string | undefined): void {
    let isSilent = false;
    // A connection that has swallowed one frame can't go on with the next: the page would miss what lay between.
    const swallows = () => (isSilent ||= this.parts.faults.of(account).silentSocket === true);
    const connection: PageConnection = {
      send: (frame) => {
        if (!swallows()) socket.send(JSON.stringify(frame));
      },
      close: () => socket.close(),
      cut: () => socket.terminate(),
    };
    const session = this.parts.network.connect(connection, account);
    socket.on('message', (data) => {
      if (swallows()) return;
      const said = parseJson(data);
      const frame = pageFrameSchema.safeParse(said).data;
      if (frame) return session.receive(frame);
      this.parts.log.warn('page frame not understood');
      // A page that were cut off for a call that makes no sense would make it again.
      const callId = anyCallSchema.safeParse(said).data?.callId;
      if (callId === undefined) socket.close(1002, 'frame not understood');
      else connection.send({ kind: 'reply', callId, ok: false, error: 'The call is not understood.' });
    });
    socket.on('error', (error) => this.parts.log.warn({ err: error }, 'page socket failed'));
    socket.on('close', () => session.closed());
  }
}

function parseJson(data: RawData): unknown {
  try {
    return JSON.parse((data as Buffer).toString('utf8'));
  } catch {
    return undefined;
  }
}
