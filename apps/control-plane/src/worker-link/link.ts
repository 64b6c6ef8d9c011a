import type { HeartbeatFrame, HelloFrame, TenantId } from '@wafleet/contracts';
import type { GroupCommit } from './commit/group-commit';
import type { ParsedFrame, ReceivedEvent } from './parse-frame';
import type { ReceivedHeartbeat } from './heartbeats/store-heartbeats';
import { closeCodes, type WorkerSocket } from './worker-socket';
import type { CommandsUnderWay } from './commands-under-way';

/** One link of a worker, from its welcome to its close. */
export interface Link {
  readonly id: string;
  readonly tenantId: TenantId;
  readonly generation: number;
  /** False for the generation before: it may only hand over the facts that it still holds. */
  readonly isCurrent: boolean;
  readonly openedAt: number;
  readonly socket: WorkerSocket;
  receive(frame: ParsedFrame): void;
  /** Events up to this one are committed; the next ack says so. */
  noteCommitted(seq: number): void;
  /** Acks what was committed since the last ack. */
  ack(): void;
  /** How long nothing has been heard or done for this link, in milliseconds. */
  silentMs(now: number): number;
  /** Silence counts from now on: it was we who did not listen. */
  restartSilence(now: number): void;
}

export interface LinkDeps {
  groupCommit: Pick<GroupCommit, 'add'>;
  heartbeats: { add(heartbeat: ReceivedHeartbeat): void };
  commands: Pick<CommandsUnderWay, 'settle'>;
  /** A round trip through the page failed. */
  onProbeFailed: (tenantId: TenantId) => void;
  now: () => Date;
}

/** One worker's events that wait to be stored. With more it has to wait itself, so that it takes nobody else's room. */
const maxUnstored = { events: 200, bytes: 1024 * 1024 };

export function createLink(
  deps: LinkDeps,
  opened: {
    id: string;
    socket: WorkerSocket;
    hello: HelloFrame;
    isCurrent: boolean;
    /** The last event of this generation that is committed already. */
    lastSeq: number;
  },
): Link {
  const { groupCommit, heartbeats, commands, now } = deps;
  const { id, socket, hello, isCurrent } = opened;
  const tenantId = hello.tenantId as TenantId;
  const { generation } = hello;
  const openedAt = now().getTime();
  let lastHeard = openedAt;
  let receivedSeq: number | null = null;
  let committedSeq = opened.lastSeq;
  let ackedSeq = opened.lastSeq;
  let lastProofAt = 0;
  const unstored: { seq: number; bytes: number }[] = [];
  let unstoredBytes = 0;
  let isPaused = false;

  // Where events are still to come, they lead up to the snapshot; applied before them, it would be undone by them.
  if (isCurrent && hello.lastSeq <= opened.lastSeq) addSnapshot();

  return {
    id,
    tenantId,
    generation,
    isCurrent,
    openedAt,
    socket,

    receive(frame) {
      lastHeard = now().getTime();
      switch (frame.type) {
        case 'event':
          return receiveEvent(frame);
        case 'heartbeat':
          if (isCurrent) receiveHeartbeat(frame);
          return;
        case 'result':
          if (isCurrent) commands.settle(tenantId, frame);
          return;
        case 'unknown':
          return;
        case 'hello':
          return socket.refuse('bad_frame', 'a link has one hello');
        case 'bad':
          return socket.refuse('bad_frame', frame.message);
      }
    },

    noteCommitted(seq) {
      lastHeard = now().getTime();
      committedSeq = Math.max(committedSeq, seq);
      while (unstored[0] !== undefined && unstored[0].seq <= committedSeq)
        unstoredBytes -= unstored.shift()?.bytes ?? 0;
      holdBack();
    },

    ack() {
      if (committedSeq <= ackedSeq) return;
      ackedSeq = committedSeq;
      socket.send({ type: 'ack', seq: ackedSeq });
      if (!isCurrent && ackedSeq >= hello.lastSeq) socket.refuse('superseded', 'its last facts are stored');
    },

    // While it has to wait, it is we who don't listen.
    silentMs: (moment) => (isPaused ? 0 : moment - lastHeard),

    restartSilence(moment) {
      lastHeard = Math.max(lastHeard, moment);
    },
  };

  /** The first may follow a gap, where the worker's buffer ran over; later, a gap is a loss that sending again mends. */
  function receiveEvent({ seq, event, error, text }: ReceivedEvent): void {
    if (receivedSeq !== null && seq > receivedSeq + 1)
      return socket.close(closeCodes.tryLater, 'events are missing');
    receivedSeq = Math.max(receivedSeq ?? 0, seq);
    if (seq <= ackedSeq) return socket.send({ type: 'ack', seq: ackedSeq });
    if (!groupCommit.add({ tenantId, generation, seq, event, error, text }))
      return socket.close(closeCodes.tryLater, 'too much waits to be stored');
    unstored.push({ seq, bytes: text.length });
    unstoredBytes += text.length;
    holdBack();
    if (isCurrent && seq === hello.lastSeq) addSnapshot();
  }

  function holdBack(): void {
    const isTooMuch = unstored.length >= maxUnstored.events || unstoredBytes >= maxUnstored.bytes;
    if (isTooMuch === isPaused) return;
    isPaused = isTooMuch;
    if (isPaused) socket.pause();
    else socket.resume();
  }

  function addSnapshot(): void {
    const event = { kind: 'session.changed' as const, session: hello.session };
    groupCommit.add({ tenantId, generation, seq: null, event, error: null, text: '' });
  }

  function receiveHeartbeat(frame: HeartbeatFrame): void {
    const isProof = frame.probe !== null && frame.probe.ok && frame.probe.at > lastProofAt;
    if (isProof && frame.probe !== null) lastProofAt = frame.probe.at;
    heartbeats.add({ tenantId, generation, frame, at: now(), isProof });
    if (frame.probe !== null && !frame.probe.ok) deps.onProbeFailed(tenantId);
  }
}
