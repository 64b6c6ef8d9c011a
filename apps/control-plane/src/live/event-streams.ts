import type { ServerResponse } from 'node:http';
import { AppError, type TenantEvent, type TenantEventType, type TenantId } from '@wafleet/contracts';
import type { Logger } from '@wafleet/runtime';
import type { EventBus } from './event-bus';
import { formatEventId, seqOfEventId } from './event-id';
import type { EventHistory } from './event-history';
import { createEventStream, type EventStream } from './event-stream';

const defaultBeatMs = 15_000;
/** Of all tenants, for operators. */
const maxStreams = 200;
/** Of one tenant: no workspace takes another's places, or an operator's. */
const maxStreamsOfTenant = 10;
/** A stream that resumes further back than this many events is told to read anew instead. */
const maxReplayed = 1_000;

/** The live streams of this process (see README.md in this folder for what a client may rely on). */
export interface EventStreams {
  /**
   * Prepares a stream that goes on after the event `after`, or from now on.
   * Give the result's `open` the response to write to.
   * @throws AppError UNAVAILABLE when there are too many streams or the server is closing
   */
  prepare(request: StreamRequest): { open: (response: ServerResponse) => void };
  /** Ends every stream. */
  stop(): Promise<void>;
}

export interface StreamRequest {
  /** Only events of this tenant; all tenants' when null. */
  tenantId: TenantId | null;
  /** Only events of these types; all when absent. */
  only?: readonly TenantEventType[];
  /** The id of the last event the client has. */
  after: string | null;
  /** Asked at every beat; the stream ends when it is no longer so. */
  isStillAllowed: () => Promise<boolean>;
}

export function createEventStreams(deps: {
  bus: EventBus;
  history: Pick<EventHistory, 'bounds' | 'after'>;
  epoch: string;
  log: Logger;
  /** Between two signs of life. */
  beatMs?: number;
}): EventStreams {
  const { bus, history, epoch, log, beatMs = defaultBeatMs } = deps;
  const open = new Map<EventStream, { tenantId: TenantId | null; ended: Promise<void> }>();
  let isStopping = false;

  return {
    prepare(request) {
      const { tenantId } = request;
      if (isStopping || openOf(tenantId) >= (tenantId === null ? maxStreams : maxStreamsOfTenant)) {
        throw new AppError('UNAVAILABLE', {
          detail: 'Too many live streams are open.',
          retryAfterSeconds: 5,
        });
      }
      return {
        open(response) {
          const stream = createEventStream(response);
          open.set(stream, { tenantId, ended: run(stream, request).finally(() => open.delete(stream)) });
        },
      };
    },

    async stop() {
      isStopping = true;
      for (const stream of open.keys()) stream.end();
      await Promise.all([...open.values()].map(({ ended }) => ended));
    },
  };

  function openOf(tenantId: TenantId | null): number {
    return [...open.values()].filter((one) => one.tenantId === tenantId).length;
  }

  /** Live events are held back while the past is read, so that none is lost and none comes twice. */
  async function run(stream: EventStream, request: StreamRequest): Promise<void> {
    const meanwhile: TenantEvent[] = [];
    let deliver = (event: TenantEvent): void => void meanwhile.push(event);
    const unsubscribe = bus.subscribe((event) => {
      if (request.tenantId === null || event.tenantId === request.tenantId) deliver(event);
    });
    let beat: NodeJS.Timeout | undefined;
    try {
      const settled = await replay(stream, request);
      // Also what is published from now on may have been read already: it is stored before it is published.
      deliver = (event) => {
        if ((seqOfEventId(epoch, event.id) ?? 0n) > settled) send(stream, request, event);
      };
      meanwhile.forEach(deliver);
      beat = setInterval(() => void beatOnce(stream, request), beatMs);
      await stream.ended;
    } catch (error) {
      // The client comes back with the same id and tries again.
      log.warn({ err: error }, 'missed events can not be read; live stream cut off');
      stream.cutOff();
    } finally {
      clearInterval(beat);
      unsubscribe();
    }
  }

  /** Sends what the client has missed, and returns the number of the newest event that is settled by that. */
  async function replay(stream: EventStream, request: StreamRequest): Promise<bigint> {
    const { after, tenantId } = request;
    const { oldest, newest: head } = await history.bounds();
    if (after === null) {
      stream.sayHello(formatEventId(epoch, head));
      return head;
    }
    const seq = seqOfEventId(epoch, after);
    const isKnown = seq !== null && seq >= oldest - 1n && seq <= head;
    const missed = isKnown ? await history.after(seq, tenantId, maxReplayed + 1) : [];
    if (!isKnown || missed.length > maxReplayed) {
      stream.askToReadAnew(formatEventId(epoch, head));
      return head;
    }
    stream.sayHello(after);
    for (const event of missed) send(stream, request, event);
    const last = missed.at(-1);
    return last ? (seqOfEventId(epoch, last.id) ?? seq) : seq;
  }

  async function beatOnce(stream: EventStream, request: StreamRequest): Promise<void> {
    // While nobody can be asked, what was allowed goes on.
    const isAllowed = await request.isStillAllowed().catch(() => true);
    if (isAllowed) stream.beat();
    else stream.end();
  }
}

function send(stream: EventStream, { only }: StreamRequest, event: TenantEvent): void {
  if (only === undefined || only.includes(event.type)) stream.send(event);
}
