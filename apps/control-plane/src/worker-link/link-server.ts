import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  isTenantId,
  linkPath,
  maxFrameBytes,
  reasonCodes,
  type HelloFrame,
  type Reason,
  type TenantId,
} from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { Logger } from '@wafleet/runtime';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { admitHello } from './admit-hello';
import { createLink, type Link, type LinkDeps } from './link';
import type { LiveLinks } from './live-links';
import { parseFrame } from './parse-frame';
import { closeCodes, createWorkerSocket, type WorkerSocket } from './worker-socket';

/** The listener that workers open their links to; only the active control plane has one. It answers nothing else. */
export interface LinkServer {
  /** Rejects with the system's error, e.g. EADDRINUSE. */
  listen(port: number, host: string): Promise<AddressInfo>;
  /** Closes every link; workers come back to whoever listens next. */
  stop(): Promise<void>;
}

const helloTimeoutMs = 5_000;
/** A former generation hands over what it holds within this time. */
const formerTimeoutMs = 10_000;

export function createLinkServer(
  deps: LinkDeps & {
    db: Database;
    links: LiveLinks;
    log: Logger;
  },
): LinkServer {
  const { db, links, log } = deps;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
  });
  const server = createServer((_request, response) => void response.writeHead(404).end());
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    if (request.url !== linkPath) return void stream.end('HTTP/1.1 404 Not Found\r\n\r\n');
    sockets.handleUpgrade(request, stream, head, accept);
  });

  return {
    async listen(port, host) {
      server.listen(port, host);
      await once(server, 'listening');
      return server.address() as AddressInfo;
    },

    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      links.closeAll();
      for (const socket of sockets.clients) socket.close(closeCodes.goingAway);
      server.closeAllConnections();
      const cut = setTimeout(() => sockets.clients.forEach((socket) => socket.terminate()), 2_000);
      await closed;
      clearTimeout(cut);
    },
  };

  function accept(socket: WebSocket): void {
    const worker = createWorkerSocket(socket);
    const timer = setTimeout(() => worker.refuse('bad_frame', 'no hello came'), helloTimeoutMs);
    // What breaks a socket also closes it, and the close is what counts.
    socket.on('error', () => undefined);
    socket.once('close', () => clearTimeout(timer));
    socket.once('message', (data) => {
      clearTimeout(timer);
      const frame = parseFrame(textOf(data));
      if (frame.type !== 'hello') return worker.refuse('bad_frame', 'the first frame is a hello');
      socket.pause();
      greet(socket, worker, frame)
        .catch((error: unknown) => {
          log.warn({ tenantId: frame.tenantId, err: error }, 'worker could not be greeted; it comes back');
          worker.close(closeCodes.tryLater, 'not now');
        })
        .finally(() => socket.resume());
    });
  }

  async function greet(socket: WebSocket, worker: WorkerSocket, hello: HelloFrame): Promise<void> {
    const known = isTenantId(hello.tenantId) ? await findWorker(hello.tenantId) : null;
    const admission = admitHello(hello, known);
    if (admission.kind === 'refused') {
      const { code, message } = admission;
      log.warn({ tenantId: hello.tenantId, generation: hello.generation, refusal: code }, 'worker refused');
      return worker.refuse(code, message);
    }
    if (socket.readyState !== socket.OPEN) return;
    const isCurrent = admission.kind === 'current';
    const { account, reconnect } = admission.worker;
    const lastSeq = isCurrent ? admission.worker.lastSeq : 0;
    const id = randomUUID();
    worker.send({ type: 'welcome', linkId: id, lastSeq, account, reconnect });
    carry(socket, createLink(deps, { id, socket: worker, hello, isCurrent, lastSeq }));
    log.debug({ tenantId: hello.tenantId, generation: hello.generation, isCurrent }, 'link opened');
  }

  function carry(socket: WebSocket, link: Link): void {
    socket.on('message', (data) => link.receive(parseFrame(textOf(data))));
    const timer = link.isCurrent
      ? undefined
      : setTimeout(() => link.socket.refuse('superseded', 'a newer generation runs'), formerTimeoutMs);
    socket.once('close', () => {
      clearTimeout(timer);
      links.closed(link);
    });
    links.opened(link);
  }

  async function findWorker(tenantId: TenantId) {
    const worker = await db.workerProcess.findUnique({
      where: { tenantId },
      select: { generation: true, lastSeq: true, tokenHash: true, previousTokenHash: true },
    });
    if (worker === null) return null;
    const session = await db.whatsappSession.findUnique({
      where: { tenantId },
      select: {
        attempt: true,
        reason: true,
        lastHeardAt: true,
        account: { select: { phoneNumber: true, linkedAt: true } },
      },
    });
    const account = session?.account ?? null;
    const reason = reasonCodes.find((code): code is Reason => code === session?.reason) ?? null;
    return {
      ...worker,
      account: account && {
        phoneNumber: account.phoneNumber,
        linkedAt: account.linkedAt.getTime(),
        seenAt: session?.lastHeardAt?.getTime() ?? null,
      },
      reconnect: { attempt: session?.attempt ?? 0, reason },
    };
  }
}

function textOf(data: RawData): string {
  return Array.isArray(data) ? Buffer.concat(data).toString() : Buffer.from(data as Buffer).toString();
}
