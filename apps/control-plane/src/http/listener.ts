import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

const headersTimeoutMs = 10_000;
/** Longer than proxies keep an idle connection, so that it is they who close it: no request meets a closing one. */
const keepAliveTimeoutMs = 65_000;
/** For a whole upload; other bodies are small and have less (json-body.ts). */
const requestTimeoutMs = 10 * 60_000;
/** How long answers under way may take once the server closes. */
const closeDeadlineMs = 5_000;

/** The API's port. It is opened before there is much to answer with, so that callers are told rather than refused. */
export interface HttpListener {
  /** Resolves with the address once connections are taken. Rejects with the system's error, e.g. EADDRINUSE. */
  listen(port: number, host: string): Promise<AddressInfo>;
  /** Who answers every request from now on; those under way are left to who has them. */
  answerWith(handler: RequestListener): void;
  /**
   * Takes no more connections, lets answers under way finish for a few seconds, and closes every connection.
   * @param endStreams ends the answers that would go on by themselves
   */
  close(endStreams?: () => Promise<void>): Promise<void>;
}

export function createHttpListener(first: RequestListener): HttpListener {
  let answer = first;
  const server = createServer((request, response) => answer(request, response));
  server.headersTimeout = headersTimeoutMs;
  server.keepAliveTimeout = keepAliveTimeoutMs;
  server.requestTimeout = requestTimeoutMs;

  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.removeListener('error', reject);
          resolve(server.address() as AddressInfo);
        });
      }),

    answerWith(handler) {
      answer = handler;
    },

    async close(endStreams) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const deadline = setTimeout(() => server.closeAllConnections(), closeDeadlineMs);
      // A connection kept alive after its last answer would hold the server open until it times out.
      const sweep = setInterval(() => server.closeIdleConnections(), 50);
      await endStreams?.();
      await closed;
      clearTimeout(deadline);
      clearInterval(sweep);
    },
  };
}
