import {
  linkProtocolVersion,
  type ControlFrame,
  type HelloFrame,
  type SessionSnapshot,
  type WorkerFrame,
} from '@wafleet/contracts';
import { eventually } from '@wafleet/testing';
import { WebSocket } from 'ws';

type FrameOf<Type extends ControlFrame['type']> = Extract<ControlFrame, { type: Type }>;

/** The worker's end of a link, frame by frame. */
export interface FakeLink {
  greet(hello: Partial<Omit<HelloFrame, 'session'>> & { session?: Partial<SessionSnapshot> }): void;
  send(frame: WorkerFrame): void;
  beat(probe: { ok: boolean; at: number; missed: number; processes?: number }): void;
  snapshot(part: Partial<SessionSnapshot>): SessionSnapshot;
  /** The next frame of this type that was not asked for yet. */
  next<Type extends ControlFrame['type']>(type: Type): Promise<FrameOf<Type>>;
  nextAck(seq: number): Promise<void>;
  /** Whatever comes from now on stays in the buffers between the two. */
  stopReading(): void;
  ping(): void;
  readonly acks: readonly number[];
  readonly closed: Promise<void>;
  close(): void;
}

const timeoutMs = 10_000;

export function createFakeLink(url: string): FakeLink {
  const socket = new WebSocket(url);
  const received: ControlFrame[] = [];
  const acks: number[] = [];
  const unsent: WorkerFrame[] = [];
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => undefined);
  socket.on('open', () => unsent.splice(0).forEach(send));
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as ControlFrame;
    if (frame.type === 'ack') acks.push(frame.seq);
    else received.push(frame);
  });

  function send(frame: WorkerFrame): void {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
    else unsent.push(frame);
  }

  const snapshot = (part: Partial<SessionSnapshot>): SessionSnapshot => ({
    state: 'STARTING',
    reason: null,
    detail: null,
    since: Date.now(),
    attempt: 0,
    nextAttemptAt: null,
    qr: null,
    pairingCode: null,
    account: null,
    linkIsDurable: false,
    syncPercent: null,
    lastSeenAt: null,
    versions: { whatsappWeb: null, browser: null, library: 'none' },
    ...part,
  });

  return {
    acks,
    closed,
    snapshot,
    send,
    stopReading: () => socket.pause(),
    ping: () => socket.ping(Buffer.alloc(125)),

    greet({ session, ...hello }) {
      send({
        type: 'hello',
        protocol: linkProtocolVersion,
        tenantId: '',
        generation: 1,
        token: '',
        pid: process.pid,
        workerVersion: 'test',
        lastSeq: 0,
        ...hello,
        session: snapshot(session ?? {}),
      });
    },

    beat({ processes = 1, ...probe }) {
      send({
        type: 'heartbeat',
        at: Date.now(),
        probe: { latencyMs: 1, ...probe },
        memory: { nodeBytes: 1.5, browserBytes: null },
        cpuPercent: null,
        processes,
        queues: { inbound: 0, outbound: 0, unackedEvents: 0 },
        eventLoopDelayMs: 0,
      });
    },

    next: (type) =>
      eventually(
        () => {
          const index = received.findIndex((frame) => frame.type === type);
          return index === -1 ? null : (received.splice(index, 1)[0] as FrameOf<typeof type>);
        },
        { timeoutMs, what: `a ${type}`, everyMs: 5 },
      ),

    nextAck: async (seq) =>
      void (await eventually(() => (acks.at(-1) ?? 0) >= seq, { timeoutMs, what: `ack ${seq}`, everyMs: 5 })),

    close: () => socket.terminate(),
  };
}
