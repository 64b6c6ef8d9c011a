import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import S3rver from '@20minutes/s3rver';
import { tempDir } from '../temp-dir';

/** An S3 server of this machine, which checks signatures, with one bucket. */
export interface TestObjectStore {
  /** With the bucket, as settings have it. */
  readonly url: string;
  readonly keyId: string;
  readonly secret: string;
  /** Nothing listens any more until `back`. */
  away(): Promise<void>;
  back(): Promise<void>;
  stop(): Promise<void>;
}

const bucket = 'wafleet';

export async function startTestObjectStore(): Promise<TestObjectStore> {
  const folder = await tempDir();
  const options = { directory: folder.path, silent: true, configureBuckets: [{ name: bucket }] };
  const strict = new S3rver(options);
  await strict.configureBuckets();
  const answer = strict.callback();
  // What it verifies lacks the slash after a bucket's name, which other servers take as it was signed.
  const answerAboutBucket = new S3rver({ ...options, allowMismatchedSignatures: true }).callback();
  const listener: RequestListener = (request, response) =>
    /^\/[^/?]+\/(\?|$)/.test(request.url ?? '')
      ? answerAboutBucket(request, response)
      : answer(request, response);
  let server = await listening(listener, 0);
  const { port } = server.address() as AddressInfo;
  const away = async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  return {
    url: `http://127.0.0.1:${port}/${bucket}`,
    keyId: 'S3RVER',
    secret: 'S3RVER',
    away,
    async back() {
      server = await listening(listener, port);
    },
    async stop() {
      await away();
      await folder.remove();
    },
  };
}

async function listening(listener: RequestListener, port: number): Promise<Server> {
  const server = createServer(listener);
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return server;
}
