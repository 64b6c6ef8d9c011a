import type { ServerResponse } from 'node:http';
import { AppError, type FleetPatch } from '@wafleet/contracts';
import type { Logger } from '@wafleet/runtime';
import { createEventStream, type EventStream } from '../live/event-stream';
import type { FleetFeed } from './fleet-feed';

const defaultBeatMs = 15_000;
const maxStreams = 100;

/** The live streams of the fleet's table; on the wire they are as those of events (`../live/README.md`). */
export interface FleetStreams {
  /**
   * Prepares a stream that goes on after the patch or snapshot `after`, or from now on.
   * @throws AppError UNAVAILABLE when there are too many streams or the server is closing
   */
  prepare(request: FleetStreamRequest): { open: (response: ServerResponse) => void };
  stop(): Promise<void>;
}

interface FleetStreamRequest {
  after: string | null;
  /** Asked at every beat; the stream ends when it is no longer so. */
  isStillAllowed: () => Promise<boolean>;
}

export function createFleetStreams(deps: {
  feed: FleetFeed;
  log: Logger;
  /** Between two signs of life. */
  beatMs?: number;
}): FleetStreams {
  const { feed, log, beatMs = defaultBeatMs } = deps;
  const open = new Map<EventStream, Promise<void>>();
  let isStopping = false;

  return {
    prepare(request) {
      if (isStopping || open.size >= maxStreams) {
        throw new AppError('UNAVAILABLE', {
          detail: 'Too many live streams are open.',
          retryAfterSeconds: 5,
        });
      }
      return {
        open(response) {
          const stream = createEventStream(response);
          open.set(
            stream,
            run(stream, request).finally(() => open.delete(stream)),
          );
        },
      };
    },

    async stop() {
      isStopping = true;
      for (const stream of open.keys()) stream.end();
      await Promise.all(open.values());
      await feed.stop();
    },
  };

  async function run(stream: EventStream, { after, isStillAllowed }: FleetStreamRequest): Promise<void> {
    let beat: NodeJS.Timeout | undefined;
    let unfollow: () => void = () => undefined;
    const meanwhile: FleetPatch[] = [];
    let deliver = (patch: FleetPatch): void => void meanwhile.push(patch);
    try {
      const followed = await feed.follow(after, (patch) => deliver(patch));
      ({ unfollow } = followed);
      if (followed.missed === null) stream.askToReadAnew(followed.id);
      else stream.sayHello(after ?? followed.id);
      deliver = (patch) => stream.send(patch);
      [...(followed.missed ?? []), ...meanwhile].forEach(deliver);
      beat = setInterval(() => {
        // While nobody can be asked, what was allowed goes on.
        void isStillAllowed()
          .catch(() => true)
          .then((isAllowed) => (isAllowed ? stream.beat() : stream.end()));
      }, beatMs);
      await stream.ended;
    } catch (error) {
      log.warn({ err: error }, 'the table of the fleet can not be read; live stream cut off');
      stream.cutOff();
    } finally {
      clearInterval(beat);
      unfollow();
    }
  }
}
