import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Told } from './judge-told';

/** What a tenants' program does to what it is told, for a while. */
export const programTroubles = [
  'killed',
  'slow',
  'serverError',
  'gone',
  'redirects',
  'neverCloses',
  'silent',
] as const;
export type ProgramTrouble = (typeof programTroubles)[number];

const slowMs = 1_000;

/** The program of every tenant in one, at an address per tenant. It takes everything, but while it is in trouble. */
export class ToldProgram {
  readonly told: Told[] = [];
  /** By tenant: when it first was answered 410 since whoever reads this last deleted it, in Unix milliseconds. */
  readonly goneSince = new Map<string, number>();
  private trouble: ProgramTrouble | null = null;
  private server: Server | null = null;
  private port = 0;

  /** @param host a name of this machine's loopback, or its address */
  urlOf(tenantId: string, host = '127.0.0.1'): string {
    return `http://${host}:${this.port}/${tenantId}`;
  }

  /** At the same port as before. */
  async start(): Promise<void> {
    const server = createServer((request, response) => void this.hear(request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(this.port, '127.0.0.1', resolve);
    });
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  /** Safe to call twice. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  async meet(trouble: ProgramTrouble): Promise<void> {
    this.trouble = trouble;
    if (trouble === 'killed') await this.stop();
  }

  async mend(): Promise<void> {
    this.trouble = null;
    if (this.server === null) await this.start();
  }

  private async hear(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return; // Cut off by whoever sends.
    }
    const { tenantId, at, message } = JSON.parse(Buffer.concat(chunks).toString()) as {
      at: string;
      tenantId: string;
      message: { chatId: string; body: string };
    };
    const id = String(request.headers['webhook-id']);
    const { chatId, body } = message;
    const take = () => this.told.push({ tenantId, id, chatId, body, at: Date.parse(at), toldAt: Date.now() });
    switch (this.trouble) {
      case 'killed':
        return void response.destroy();
      case 'silent':
        return;
      case 'serverError':
        return void response.writeHead(500).end();
      case 'redirects':
        return void response.writeHead(302, { location: this.urlOf(tenantId) }).end();
      case 'gone':
        if (!this.goneSince.has(tenantId)) this.goneSince.set(tenantId, Date.now());
        return void response.writeHead(410).end();
      case 'neverCloses':
        take();
        return void response.writeHead(200).write('and so on');
      case 'slow':
        await delay(slowMs);
        break;
      case null:
    }
    take();
    response.writeHead(204).end();
  }
}
