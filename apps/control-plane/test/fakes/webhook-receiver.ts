import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';

/** How it answers: a status; not at all; with a body that never ends; by breaking the connection; late. */
export type Answer = number | 'hang' | 'endless' | 'broken' | { afterMs: number } | { after: Promise<void> };

/** What a receiver that speaks https proves itself by, in PEM. */
export interface ReceiverCertificate {
  key: string;
  cert: string;
}

export interface Taken {
  id: string;
  body: any;
  /** As it came. */
  text: string;
  headers: Record<string, string>;
}

/**
 * A tenant's own program, written by hand with nothing but node:http and standardwebhooks: it takes what it can verify
 * with its secret, and keeps it.
 */
export class WebhookReceiver {
  /** What was verified and answered 2xx, in order; a repeat of an id too. */
  readonly taken: Taken[] = [];
  /** Ids of every request, also of those that were not taken. */
  readonly asked: string[] = [];
  forged = 0;
  /** Requests under way, and the most at once; of one chat, and of all. */
  mostAtOnce = 0;
  mostOfOneChat = 0;
  connections = 0;
  secret = '';
  answer: Answer | ((body: any) => Answer) = 200;
  retryAfter = '1';
  private readonly underWay: string[] = [];
  private server: Server | null = null;
  private port = 0;

  constructor(private certificate: ReceiverCertificate | null = null) {}

  get url(): string {
    return `${this.certificate ? 'https' : 'http'}://127.0.0.1:${this.port}/hook`;
  }

  /** Counts from the next start. */
  setCertificate(certificate: ReceiverCertificate): void {
    this.certificate = certificate;
  }

  /** At the same address as before. */
  async start(): Promise<this> {
    const receive = (request: IncomingMessage, response: ServerResponse) =>
      void this.receive(request, response);
    const server = this.certificate ? createSecureServer(this.certificate, receive) : createServer(receive);
    server.on('connection', (_socket: Socket) => void (this.connections += 1));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(this.port, '127.0.0.1', resolve);
    });
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
    return this;
  }

  /** As when its process is killed. */
  async kill(): Promise<void> {
    const server = this.server;
    this.server = null;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  ids(): string[] {
    return this.taken.map(({ id }) => id);
  }

  /** What was taken of one tenant's messages, as judgeTold judges it. */
  told(tenantId: string) {
    return this.taken.map(({ id, body: { message, at } }) => {
      const toldAt = Date.parse(at);
      return {
        tenantId,
        id,
        chatId: message.chatId as string,
        body: message.body as string,
        at: toldAt,
        toldAt,
      };
    });
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const headers = request.headers as Record<string, string>;
    const id = headers['webhook-id'] as string;
    this.asked.push(id);
    const text = Buffer.concat(chunks).toString();
    let body: any;
    try {
      body = new Webhook(this.secret).verify(text, headers);
    } catch {
      this.forged += 1;
      response.writeHead(401).end();
      return;
    }
    await this.during(body.message?.chatId ?? '', () => this.reply(response, { id, body, text, headers }));
  }

  private async reply(response: ServerResponse, taken: Taken): Promise<void> {
    const answer = typeof this.answer === 'function' ? this.answer(taken.body) : this.answer;
    if (answer === 'hang') return;
    if (answer === 'broken') return void response.destroy();
    if (typeof answer === 'object') await ('after' in answer ? answer.after : delay(answer.afterMs));
    const status = typeof answer === 'number' ? answer : 200;
    if (status < 300) this.taken.push(taken);
    response.writeHead(status, { location: `${this.url}/elsewhere`, 'retry-after': this.retryAfter });
    if (answer === 'endless') return void response.write('and so on');
    response.end('thank you');
  }

  private async during(chat: string, work: () => Promise<void>): Promise<void> {
    this.underWay.push(chat);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.underWay.length);
    const ofChat = this.underWay.filter((one) => one === chat).length;
    this.mostOfOneChat = Math.max(this.mostOfOneChat, ofChat);
    try {
      await work();
    } finally {
      this.underWay.splice(this.underWay.indexOf(chat), 1);
    }
  }
}
