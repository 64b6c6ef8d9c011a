import { createServer } from 'node:net';
import { StackError } from '../stack-error';

/** @throws StackError that names the setting when the port can't be listened on, mostly because something does */
export async function requireFreePort(port: number, setting: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is taken' : `can't be listened on (${error.code})`;
      reject(new StackError(`Port ${port} ${why}; set ${setting} to a free one.`));
    });
    server.listen({ port, host: '127.0.0.1' }, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}
