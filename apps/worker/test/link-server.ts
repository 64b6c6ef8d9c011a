import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import {
  linkPath,
  workerFrameSchema,
  type Command,
  type CommandResult,
  type ControlFrame,
  type EventFrame,
  type HeartbeatFrame,
  type LinkEvent,
  type RefusalCode,
  type SessionSnapshot,
  type WelcomeFrame,
} from '@wafleet/contracts';
import { eventually } from '@wafleet/testing';

/** The control plane's end of the link, as far as one worker sees it: commits in memory. */
export class LinkServer {
  /** Committed events, by sequence number. */
  readonly committed = new Map<number, EventFrame>();
  readonly heartbeats: HeartbeatFrame[] = [];
  account: WelcomeFrame['account'] = null;
  refusal: RefusalCode | null = null;
  /** While false, events are neither committed nor acknowledged. */
  commits = true;
  hellos = 0;
  private socket: WebSocket | null = null;
  private commandIds = 0;
  private readonly results = new Map<string, (result: CommandResult) => void>();

  private constructor(private readonly server: WebSocketServer) {
    server.on('connection', (socket) => {
      socket.on('message', (data) => this.onFrame(socket, (data as Buffer).toString()));
    });
  }

  static async start(): Promise<LinkServer> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, path: linkPath });
    await once(server, 'listening');
    return new LinkServer(server);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get events(): LinkEvent[] {
    return [...this.committed.values()].map(({ event }) => event);
  }

  /** WhatsApp's ids of the messages that were told, as often as they were. */
  get messageIds(): (string | null)[] {
    return this.events.flatMap((event) => (event.kind === 'message.created' ? [event.message.key.id] : []));
  }

  get session(): SessionSnapshot | null {
    const changes = this.events.filter((event) => event.kind === 'session.changed');
    return changes.at(-1)?.session ?? null;
  }

  get states(): string[] {
    return this.events.flatMap((event) =>
      event.kind === 'session.changed' ? [`${event.session.state}(${event.session.reason ?? ''})`] : [],
    );
  }

  async whenSession(matches: (session: SessionSnapshot) => boolean, what: string): Promise<SessionSnapshot> {
    return eventually(() => this.session && matches(this.session) && this.session, {
      timeoutMs: 60_000,
      what: () => `${what}; so far: ${this.states.join(' → ')}; last: ${JSON.stringify(this.session)}`,
    });
  }

  async whenMessage(id: string): Promise<void> {
    await eventually(() => this.messageIds.includes(id), { timeoutMs: 60_000, what: `message ${id}` });
  }

  whenConnected(): Promise<SessionSnapshot> {
    return this.whenSession(({ state }) => state === 'CONNECTED', 'CONNECTED');
  }

  /** Forgets what came, as after the start of another generation. */
  forget(): void {
    this.committed.clear();
  }

  command(command: Command, id = `cmd${(this.commandIds += 1)}`): Promise<CommandResult> {
    return new Promise((resolve) => {
      this.results.set(id, resolve);
      this.send({ type: 'command', id, command });
    });
  }

  /** As a network does: without a word. */
  cut(): void {
    this.socket?.terminate();
  }

  async stop(): Promise<void> {
    for (const client of this.server.clients) client.terminate();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private onFrame(socket: WebSocket, text: string): void {
    const frame = workerFrameSchema.parse(JSON.parse(text));
    switch (frame.type) {
      case 'hello':
        this.hellos += 1;
        this.socket = socket;
        if (this.refusal) {
          this.send({ type: 'refused', code: this.refusal, message: 'refused by the test' });
          return socket.close();
        }
        return this.send({
          type: 'welcome',
          linkId: `link${this.hellos}`,
          lastSeq: this.lastSeq,
          account: this.account,
          reconnect: { attempt: 0, reason: null },
        });
      case 'event':
        if (!this.commits) return;
        if (frame.seq > this.lastSeq + 1) throw new Error(`gap before event ${frame.seq}`);
        if (frame.seq === this.lastSeq + 1) this.committed.set(frame.seq, frame);
        return this.send({ type: 'ack', seq: this.lastSeq });
      case 'heartbeat':
        return void this.heartbeats.push(frame);
      case 'result':
        return this.results.get(frame.id)?.(frame.result);
    }
  }

  private get lastSeq(): number {
    return this.committed.size;
  }

  private send(frame: ControlFrame): void {
    this.socket?.send(JSON.stringify(frame));
  }
}
