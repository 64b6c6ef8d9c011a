import { request } from 'node:http';
import type { Socket } from 'node:net';
import { DeadlineError, withDeadline } from '@wafleet/runtime';
import { SocksClient } from 'socks';
import { ConnectError, failureOfError, failureOfStatus, timedOut } from './connect-failure';

export interface Target {
  host: string;
  port: number;
}

/**
 * A connection to the target by way of the proxy, which also finds out the target's address.
 * @param proxyUrl `http:` or `socks5:`, with the credentials in it
 * @throws ConnectError, after timeoutMs at the latest
 */
export async function connectThrough(proxyUrl: URL, target: Target, timeoutMs: number): Promise<Socket> {
  const connecting =
    proxyUrl.protocol === 'socks5:'
      ? bySocks(proxyUrl, target, timeoutMs)
      : byHttp(proxyUrl, target, timeoutMs);
  // One that comes too late is of use to nobody.
  let isLate = false;
  connecting.then(
    (socket) => isLate && socket.destroy(),
    () => undefined,
  );
  try {
    return await withDeadline(connecting, timeoutMs, 'proxy');
  } catch (error) {
    isLate = true;
    throw error instanceof DeadlineError ? new ConnectError(timedOut) : error;
  }
}

async function byHttp(proxyUrl: URL, target: Target, timeoutMs: number): Promise<Socket> {
  const authority = `${target.host}:${target.port}`;
  const { username, password } = credentialsOf(proxyUrl);
  const token = Buffer.from(`${username}:${password}`).toString('base64');
  const asked = request({
    host: hostOf(proxyUrl),
    port: proxyUrl.port || 80,
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...(username === '' ? {} : { 'proxy-authorization': `Basic ${token}` }) },
    agent: false,
    signal: AbortSignal.timeout(timeoutMs),
  });
  return new Promise<Socket>((resolve, reject) => {
    asked.once('error', (error) => reject(new ConnectError(failureOfError(error))));
    asked.once('response', (response) => {
      response.destroy();
      reject(new ConnectError(failureOfStatus(response.statusCode ?? 0)));
    });
    asked.once('connect', ({ statusCode = 0 }, socket: Socket, head) => {
      if (statusCode >= 200 && statusCode < 300) {
        if (head.length > 0) socket.unshift(head);
        return resolve(socket);
      }
      socket.destroy();
      reject(new ConnectError(failureOfStatus(statusCode)));
    });
    asked.end();
  });
}

async function bySocks(proxyUrl: URL, destination: Target, timeout: number): Promise<Socket> {
  const { username, password } = credentialsOf(proxyUrl);
  const proxy = {
    host: hostOf(proxyUrl),
    port: Number(proxyUrl.port || 1080),
    type: 5 as const,
    ...(username === '' ? {} : { userId: username, password }),
  };
  try {
    const { socket } = await SocksClient.createConnection({
      proxy,
      destination,
      timeout,
      command: 'connect',
    });
    return socket;
  } catch (error) {
    throw new ConnectError(failureOfError(error));
  }
}

function credentialsOf(proxyUrl: URL): { username: string; password: string } {
  return {
    username: decodeURIComponent(proxyUrl.username),
    password: decodeURIComponent(proxyUrl.password),
  };
}

/** Without the brackets that an IPv6 address has in a URL. */
function hostOf(proxyUrl: URL): string {
  return proxyUrl.hostname.replace(/^\[|\]$/g, '');
}
