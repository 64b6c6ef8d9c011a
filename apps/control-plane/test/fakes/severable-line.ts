import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A server reached through a line that can be cut. */
export interface SeverableLine {
  /** The server's address with the line's own host and port. */
  url: string;
  /** A closed line breaks its connections and refuses new ones. */
  setOpen(isOpen: boolean): void;
  stop(): Promise<void>;
}

export async function createSeverableLine(serverUrl: string): Promise<SeverableLine> {
  const server = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let isOpen = true;

  const line = createServer((near) => {
    if (!isOpen) return void near.destroy();
    const far = connect(Number(server.port), server.hostname);
    near.pipe(far).pipe(near);
    join(near, far);
    join(far, near);
  });
  await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));

  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = String((line.address() as AddressInfo).port);
  return {
    url: url.href,
    setOpen(value) {
      isOpen = value;
      if (!isOpen) cut();
    },
    async stop() {
      cut();
      await new Promise((resolve) => line.close(resolve));
    },
  };

  /** Neither end outlives the other. */
  function join(socket: Socket, other: Socket): void {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => other.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
  }

  function cut(): void {
    for (const socket of sockets) socket.destroy();
  }
}
