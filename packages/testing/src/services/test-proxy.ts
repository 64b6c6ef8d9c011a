import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface ProxyCredentials {
  username: string;
  password: string;
}

export interface TestProxyOptions {
  protocol: 'http' | 'socks5';
  /** Asked of every client. */
  credentials?: ProxyCredentials | undefined;
  /** A free one when absent. */
  port?: number;
  /** Where a target really is, or null for one that can't be reached. */
  route: (target: string) => { host: string; port: number } | null;
}

/** A proxy server of its own, for tests: CONNECT of HTTP/1.1, or SOCKS5 with names (RFC 1928, RFC 1929). */
export interface TestProxy {
  readonly port: number;
  /** With the right credentials, if it asks for any. */
  readonly url: string;
  /** `host:port` of each target that a client with the right credentials asked for, in order. */
  readonly targets: readonly string[];
  /** Clients that were turned away for their credentials. */
  readonly refusals: number;
  /** Dead: its port refuses, and what went through it is cut. Silent: it takes connections and says nothing. */
  become(state: 'well' | 'dead' | 'silent'): Promise<void>;
  stop(): Promise<void>;
}

export async function startTestProxy(options: TestProxyOptions): Promise<TestProxy> {
  const { protocol, credentials, route } = options;
  const sockets = new Set<Socket>();
  const targets: string[] = [];
  let refusals = 0;
  let isSilent = false;
  let server: Server | null = null;
  let { port = 0 } = options;

  await listen();

  return {
    get port() {
      return port;
    },
    get url() {
      const { username, password } = credentials ?? { username: '', password: '' };
      const login = credentials ? `${encodeURIComponent(username)}:${encodeURIComponent(password)}@` : '';
      return `${protocol}://${login}127.0.0.1:${port}`;
    },
    targets,
    get refusals() {
      return refusals;
    },
    async become(state) {
      isSilent = state === 'silent';
      cut();
      if (state === 'dead') await close();
      else await listen();
    },
    async stop() {
      cut();
      await close();
    },
  };

  async function listen(): Promise<void> {
    if (server) return;
    const opened = createServer((client) => void accept(client));
    await new Promise<void>((resolve) => opened.listen(port, '127.0.0.1', resolve));
    port = (opened.address() as AddressInfo).port;
    server = opened;
  }

  async function close(): Promise<void> {
    const closing = server;
    server = null;
    if (closing) await new Promise((resolve) => closing.close(resolve));
  }

  function cut(): void {
    for (const socket of sockets) socket.destroy();
  }

  async function accept(client: Socket): Promise<void> {
    track(client);
    if (isSilent) return void client.resume();
    const take = reader(client);
    try {
      await (protocol === 'http' ? serveHttp(client, take) : serveSocks(client, take));
    } catch {
      client.destroy();
    }
  }

  async function serveHttp(client: Socket, take: Take): Promise<void> {
    let head = '';
    while (!head.endsWith('\r\n\r\n')) head += (await take(1)).toString('latin1');
    const target = /^CONNECT (\S+) HTTP\/1\.1\r\n/.exec(head)?.[1];
    const token = /\r\nproxy-authorization: Basic (\S+)\r\n/i.exec(head)?.[1] ?? '';
    const [, username, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(token, 'base64').toString()) ?? [];
    if (!isWelcome(username, password)) {
      return void client.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n',
      );
    }
    if (target === undefined) return void client.end('HTTP/1.1 405 Method Not Allowed\r\n\r\n');
    const far = await open(target);
    if (far === null) return void client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    client.write('HTTP/1.1 200 OK\r\n\r\n');
    join(client, far, take.rest());
  }

  async function serveSocks(client: Socket, take: Take): Promise<void> {
    const [, methodCount = 0] = await take(2);
    const method = credentials ? 2 : 0;
    if (!(await take(methodCount)).includes(method)) {
      refusals += 1;
      return void client.end(Buffer.from([5, 0xff]));
    }
    client.write(Buffer.from([5, method]));
    if (credentials) {
      const [, nameLength = 0] = await take(2);
      const username = (await take(nameLength)).toString();
      const [passwordLength = 0] = await take(1);
      const isWell = isWelcome(username, (await take(passwordLength)).toString());
      client.write(Buffer.from([1, isWell ? 0 : 1]));
      if (!isWell) return void client.end();
    }
    const [, , , addressType] = await take(4);
    const host =
      addressType === 3
        ? (await take((await take(1))[0] ?? 0)).toString()
        : (await take(addressType === 1 ? 4 : 16)).join('.');
    const far = await open(`${host}:${(await take(2)).readUInt16BE()}`);
    client.write(Buffer.from([5, far ? 0 : 4, 0, 1, 0, 0, 0, 0, 0, 0]));
    if (far === null) return void client.end();
    join(client, far, take.rest());
  }

  function isWelcome(username: string | undefined, password: string | undefined): boolean {
    const isWell = !credentials || (username === credentials.username && password === credentials.password);
    if (!isWell) refusals += 1;
    return isWell;
  }

  async function open(target: string): Promise<Socket | null> {
    targets.push(target);
    const place = route(target);
    if (place === null) return null;
    const far = connect(place.port, place.host);
    track(far);
    return new Promise((resolve) => {
      far.once('connect', () => resolve(far));
      far.once('close', () => resolve(null));
    });
  }

  function track(socket: Socket): void {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  }
}

function join(near: Socket, far: Socket, early: Buffer): void {
  near.on('close', () => far.destroy());
  far.on('close', () => near.destroy());
  far.write(early);
  near.pipe(far).pipe(near);
}

interface Take {
  (count: number): Promise<Buffer>;
  /** What came and was not taken; nothing more is taken after it. */
  rest(): Buffer;
}

/** Takes so many bytes from a socket, waiting for them. Rejects when the socket ends before. */
function reader(socket: Socket): Take {
  let held: Buffer = Buffer.alloc(0);
  let onNews: () => void = () => undefined;
  const onData = (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    onNews();
  };
  socket.on('data', onData);
  socket.on('close', () => onNews());
  const take = async (count: number) => {
    while (held.length < count) {
      if (socket.destroyed) throw new Error('the client is gone');
      await new Promise<void>((resolve) => (onNews = resolve));
    }
    const taken = held.subarray(0, count);
    held = held.subarray(count);
    return taken;
  };
  const rest = () => {
    socket.off('data', onData);
    return held;
  };
  return Object.assign(take, { rest });
}
