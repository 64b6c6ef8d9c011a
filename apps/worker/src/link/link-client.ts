import { WebSocket, type RawData } from 'ws';
import {
  linkPath,
  linkProtocolVersion,
  maxFrameBytes,
  type CommandFrame,
  type ControlFrame,
  type HeartbeatFrame,
  type HelloFrame,
  type LinkEvent,
  type RefusedFrame,
  type ResultFrame,
  type SessionSnapshot,
  type WelcomeFrame,
  type WorkerFrame,
} from '@wafleet/contracts';
import { backoffMs, type Logger } from '@wafleet/runtime';
import { parseControlFrame } from './control-frames';
import { EventBuffer } from './event-buffer';

export interface LinkClientOptions {
  url: string;
  identity: Pick<HelloFrame, 'tenantId' | 'generation' | 'token' | 'pid' | 'workerVersion'>;
  snapshot: () => SessionSnapshot;
  now: () => number;
  random: () => number;
  log: Logger;
  /** Without any link for this long, onAbandoned() is called, once. */
  maxAbsenceMs: number;
  listener: LinkListener;
}

export interface LinkListener {
  onWelcome(frame: WelcomeFrame): void;
  /** The frame to answer with. */
  onCommand(frame: CommandFrame): Promise<ResultFrame>;
  /** The control plane wants this worker gone; the link stays closed. */
  onRefused(code: RefusedFrame['code']): void;
  onAbandoned(): void;
  /** Events had been refused for want of room; there is room again. */
  onRoomAgain(refusedSince: number): void;
}

/** Its pauses stay short: a tenant is not green before its link is back, and a try costs next to nothing. */
const retry = { firstMs: 250, maxMs: 2_000, jitter: 0.5 };
const connectMs = 5_000;
/** Each heartbeat pings; a link on which nothing came for this long is dead. */
const silenceMs = 30_000;
const unacknowledgedEvents = 5_000;
const final: RefusedFrame['code'][] = ['superseded', 'bad_token', 'unsupported_protocol'];

/**
 * The worker's end of the link: opens it, opens it again, resends what is not committed. The worker lives on
 * without it.
 */
export class LinkClient {
  private readonly buffer: EventBuffer;
  private socket: WebSocket | null = null;
  private isWelcome = false;
  private attempts = 0;
  private absentSince: number;
  private retryTimer: NodeJS.Timeout | null = null;
  private silenceTimer: NodeJS.Timeout | null = null;
  private absenceTimer: NodeJS.Timeout | null = null;
  private stopped = false;

  constructor(private readonly options: LinkClientOptions) {
    this.buffer = new EventBuffer(unacknowledgedEvents, options.now);
    this.absentSince = options.now();
  }

  start(): void {
    this.startAbsence();
    this.connect();
  }

  /** Sends the event now or after the next welcome. False when there is no room to keep it. */
  emit(event: LinkEvent): boolean {
    const frame = this.buffer.add(event);
    if (!frame) return false;
    if (this.isWelcome) this.send(frame);
    return true;
  }

  /** Only over an open link; a heartbeat that is late is worth nothing. */
  heartbeat(frame: HeartbeatFrame): void {
    if (!this.isWelcome) return;
    this.send(frame);
    this.socket?.ping();
  }

  get unacknowledged(): number {
    return this.buffer.unacknowledged.length;
  }

  /** Milliseconds without a working link; 0 while there is one. */
  get absentMs(): number {
    return this.isWelcome ? 0 : this.options.now() - this.absentSince;
  }

  /** Resolves when everything is committed, or after the time given. */
  async flush(timeoutMs: number): Promise<void> {
    const until = this.options.now() + timeoutMs;
    while (this.unacknowledged > 0 && !this.stopped && this.options.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Resolves when fewer than so many events wait to be committed, or when the link was closed for good. */
  async whenBelow(limit: number): Promise<void> {
    while (this.unacknowledged >= limit && !this.stopped) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Closes the link for good. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of [this.retryTimer, this.silenceTimer, this.absenceTimer])
      if (timer) clearTimeout(timer);
    const { socket } = this;
    if (!socket || socket.readyState === WebSocket.CLOSED) return;
    await new Promise<void>((resolve) => {
      const giveUp = setTimeout(() => socket.terminate(), 500);
      socket.once('close', () => {
        clearTimeout(giveUp);
        resolve();
      });
      socket.close();
    });
  }

  private connect(): void {
    const { url, log } = this.options;
    const address = new URL(url);
    if (address.pathname === '/') address.pathname = linkPath;
    const socket = new WebSocket(address, {
      handshakeTimeout: connectMs,
      maxPayload: maxFrameBytes,
      perMessageDeflate: false,
    });
    this.socket = socket;
    socket.on('open', () => this.hello());
    socket.on('message', (data) => this.onMessage(data));
    socket.on('pong', () => this.heard());
    socket.on('error', (err) => {
      // A close follows every error. One line per outage, not per try.
      if (this.attempts === 0) log.warn({ err }, 'link failed');
    });
    socket.on('close', (code) => this.onClose(code));
    this.heard();
  }

  private hello(): void {
    const session = this.options.snapshot();
    const { lastSeq } = this.buffer;
    this.send({ type: 'hello', protocol: linkProtocolVersion, ...this.options.identity, lastSeq, session });
  }

  private onMessage(data: RawData): void {
    this.heard();
    const frame = parseControlFrame((data as Buffer).toString());
    if (frame) this.onFrame(frame);
  }

  private onFrame(frame: ControlFrame): void {
    switch (frame.type) {
      case 'welcome':
        return this.onWelcome(frame);
      case 'ack':
        this.buffer.acknowledge(frame.seq);
        return this.tellRoom();
      case 'command':
        return void this.options.listener.onCommand(frame).then((result) => this.send(result));
      case 'refused':
        this.options.log.warn({ refusal: frame.code }, 'link refused');
        if (!final.includes(frame.code)) return;
        this.stopped = true;
        return this.options.listener.onRefused(frame.code);
    }
  }

  private tellRoom(): void {
    const refusedSince = this.buffer.takeRefusal();
    if (refusedSince !== null) this.options.listener.onRoomAgain(refusedSince);
  }

  private onWelcome(frame: WelcomeFrame): void {
    this.options.log.info({ linkId: frame.linkId, attempts: this.attempts }, 'link open');
    this.isWelcome = true;
    this.attempts = 0;
    if (this.absenceTimer) clearTimeout(this.absenceTimer);
    this.buffer.acknowledge(frame.lastSeq);
    for (const event of this.buffer.unacknowledged) this.send(event);
    this.options.listener.onWelcome(frame);
  }

  private onClose(closeCode: number): void {
    if (this.silenceTimer) clearTimeout(this.silenceTimer);
    if (this.isWelcome) {
      this.isWelcome = false;
      this.absentSince = this.options.now();
      if (!this.stopped) this.options.log.warn({ closeCode }, 'link lost');
      this.startAbsence();
    }
    if (this.stopped) return;
    this.attempts += 1;
    const delayMs = backoffMs(retry, this.attempts, this.options.random());
    this.retryTimer = setTimeout(() => this.connect(), delayMs);
  }

  private startAbsence(): void {
    if (this.stopped) return;
    this.absenceTimer = setTimeout(() => this.options.listener.onAbandoned(), this.options.maxAbsenceMs);
  }

  private heard(): void {
    if (this.silenceTimer) clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(() => this.socket?.terminate(), silenceMs);
  }

  private send(frame: WorkerFrame): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }
}
