import type { TenantId } from '@wafleet/contracts';
import { abortAfter, backoffMs } from '@wafleet/runtime';
import type { Watch } from '../worker-driver';
import { labels, readLabels } from './container/container-spec';
import type { Engine } from './engine';

const retry = { firstMs: 500, maxMs: 10_000, jitter: 0.3 };
/** A stream that broke without a word would be silent for ever; what it would have told, the sweep finds. */
const renewMs = 60_000;

/**
 * Tells of containers that end. Only a hint: the stream can break and miss some, and a sweep asks about each of them all
 * the same.
 */
export function watchEnds(engine: Engine, instanceId: string, onEnd: (tenantId: TenantId) => void): Watch {
  const stopping = new AbortController();
  const done = follow();

  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };

  async function follow(): Promise<void> {
    for (let failures = 0; !stopping.signal.aborted;) {
      const worked = await followOnce().then(
        () => true,
        () => false,
      );
      failures = worked ? 0 : failures + 1;
      if (!stopping.signal.aborted && !worked) await pause(backoffMs(retry, failures, Math.random()));
    }
  }

  /** Until the stream ends, breaks, or is old. */
  async function followOnce(): Promise<void> {
    const renewal = AbortSignal.any([stopping.signal, abortAfter(renewMs)]);
    const stream = await engine.ask('follow events', (docker) =>
      docker.getEvents({
        abortSignal: renewal,
        filters: { type: ['container'], event: ['die'], label: [`${labels.instance}=${instanceId}`] },
      }),
    );
    await new Promise<void>((resolve) => {
      const lines = lineReader((line) => tell(line));
      stream.on('data', (chunk: Buffer) => lines(chunk.toString('utf8')));
      for (const end of ['end', 'error', 'close']) stream.once(end, () => resolve());
    });
  }

  function tell(line: string): void {
    const ours = readLabels(instanceId, attributesOf(line));
    if (ours !== null) onEnd(ours.tenantId);
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(finish, ms);
      stopping.signal.addEventListener('abort', finish, { once: true });
      function finish() {
        clearTimeout(timer);
        stopping.signal.removeEventListener('abort', finish);
        resolve();
      }
    });
  }
}

function lineReader(onLine: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  };
}

function attributesOf(line: string): Record<string, string> | undefined {
  try {
    const event = JSON.parse(line) as { Actor?: { Attributes?: Record<string, string> } };
    return event.Actor?.Attributes;
  } catch {
    return undefined;
  }
}
