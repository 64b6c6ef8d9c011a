import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createOutageLog, type Logger } from '@wafleet/runtime';
import { type ConnectFailure, failureOfError } from './connect-failure';
import { connectThrough, type Target } from './connect-through';
import { peerUser } from './peer-user';

export interface ForwarderOptions {
  /** With credentials, if there are any. */
  proxyUrl: URL;
  connectMs: number;
  log: Logger;
}

/** More than a browser with one page ever opens. */
const maxConnections = 256;
const keepAliveMs = 30_000;

/**
 * What the browser takes for its proxy: a port on loopback that passes connections on to the tenant's proxy, with the
 * credentials that a browser can't be given without showing them on its command line, and, for SOCKS5, not at all.
 * It serves the user that it runs as and nobody else on this machine.
 */
export class Forwarder {
  private readonly tunnels = new Set<Socket>();
  private readonly outage;
  private readonly server = createServer((_request, response) => response.writeHead(405).end());

  constructor(private readonly options: ForwarderOptions) {
    this.outage = createOutageLog(options.log, 'proxy');
    this.server.maxConnections = maxConnections;
    this.server.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      socket.on('error', () => socket.destroy());
      void this.serve(request, socket, head);
    });
  }

  /** @returns the port, a free one of 127.0.0.1 */
  async listen(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(0, '127.0.0.1', resolve);
    });
    return this.port;
  }

  /** Why the proxy can't be used for this target now, or null when it can. */
  async check(target: Target, timeoutMs: number): Promise<ConnectFailure | null> {
    try {
      (await this.connect(target, timeoutMs)).destroy();
      return null;
    } catch (error) {
      return failureOfError(error);
    }
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.tunnels) socket.destroy();
    this.server.closeAllConnections();
    await closed;
  }

  private get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  private async serve(request: IncomingMessage, near: Socket, head: Buffer): Promise<void> {
    this.track(near);
    const target = targetOf(request.url);
    if (target === null) return void near.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    if (!(await this.isOurs(near))) return void near.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    try {
      const far = await this.connect(target, this.options.connectMs);
      if (near.destroyed) return void far.destroy();
      near.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      if (head.length > 0) far.write(head);
      this.join(near, far);
    } catch {
      near.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    }
  }

  private async connect(target: Target, timeoutMs: number): Promise<Socket> {
    try {
      const socket = await connectThrough(this.options.proxyUrl, target, timeoutMs);
      this.outage.worked();
      return socket;
    } catch (error) {
      if (failureOfError(error).at === 'proxy') this.outage.failed(error);
      throw error;
    }
  }

  /** Another tenant's processes are another user's, where they are kept apart at all. */
  private async isOurs({ remotePort }: Socket): Promise<boolean> {
    if (remotePort === undefined) return false;
    return (await peerUser({ port: remotePort, connectedTo: this.port })) === process.getuid?.();
  }

  /** Neither end outlives the other. */
  private join(near: Socket, far: Socket): void {
    this.track(far);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.setKeepAlive(true, keepAliveMs);
      socket.setNoDelay(true);
      socket.on('error', () => other.destroy());
      socket.on('close', () => other.destroy());
    }
    near.pipe(far).pipe(near);
  }

  private track(socket: Socket): void {
    this.tunnels.add(socket);
    socket.on('close', () => this.tunnels.delete(socket));
  }
}

/** `host:port`, as CONNECT names it. */
function targetOf(authority: string | undefined): Target | null {
  const match = /^(?:\[([\da-f:.]+)\]|([\w.-]{1,253})):(\d{1,5})$/i.exec(authority ?? '');
  const host = match?.[1] ?? match?.[2];
  return host === undefined ? null : { host, port: Number(match?.[3]) };
}
