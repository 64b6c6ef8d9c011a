import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import type { FaultSwitch } from '../faults/fault-switch';
import type { MediaStore } from '../network/media-store';
import type { Network } from '../network/network';
import type { StateStore } from '../state/state-store';
import { faultRoutes } from './fault-routes';
import { groupRoutes } from './group-routes';
import { messageRoutes } from './message-routes';
import { mishapRoutes } from './mishap-routes';
import { problemResponses } from './problem';
import { userRoutes } from './user-routes';

interface Parts {
  network: Network;
  faults: FaultSwitch;
  media: MediaStore;
  store: StateStore | undefined;
}

/** The phones of the network, and what goes wrong in it, driven over HTTP. */
export class ControlServer {
  private server: Server | undefined;

  constructor(private readonly parts: Parts) {}

  /** @returns the port, which is a free one where 0 was asked for */
  async start(port: number, host: string): Promise<number> {
    const server = await new Promise<Server>((resolve, reject) => {
      const listening = createApp(this.parts).listen(port, host, (error?: Error) =>
        error ? reject(error) : resolve(listening),
      );
    });
    this.server = server;
    return (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }
}

const bodyLimit = '1mb';
/** Media come as base64 in a message. */
const messageLimit = '64mb';

function createApp({ network, faults, media, store }: Parts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use('/users/:number/send', express.json({ limit: messageLimit }));
  app.use(express.json({ limit: bodyLimit }));
  app.get('/healthz', (_request, response) => {
    const failure = store?.lastFailure;
    if (failure)
      response.status(503).json({ ok: false, reason: 'state_not_written', detail: failure.message });
    else response.json({ ok: true });
  });
  app.use(userRoutes(network, store));
  app.use(messageRoutes(network, media));
  app.use(groupRoutes(network));
  app.use(faultRoutes(faults));
  app.use(mishapRoutes(network));
  app.use((request, response) => {
    response
      .status(404)
      .type('application/problem+json')
      .send(
        JSON.stringify({ status: 404, title: 'No such route', detail: `${request.method} ${request.path}` }),
      );
  });
  app.use(problemResponses);
  return app;
}
