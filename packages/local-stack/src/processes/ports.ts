import { createServer } from 'node:net';
import { StackError } from '../stack-error';

/** @throws StackError that names the setting when something listens on the port already */
export async function requireFreePort(port: number, setting: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      reject(new StackError(`Port ${port} is taken; set ${setting} to a free one.`));
    });
    server.listen({ port, host: '127.0.0.1' }, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}
