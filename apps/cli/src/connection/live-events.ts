import type { TenantEvent } from '@wafleet/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../failure';
import { type Api, failureOf, unreachable } from './api';

/** The server beats every 15 s; a stream that is silent for longer is dead. */
const silenceMs = 45_000;
const pauseMs = 1_000;

/**
 * Live events from now on, without a gap: after a lost connection it goes on after the last one. Ends with the signal.
 * @throws Failure where the first connection is refused, or a later one for good
 */
export async function* liveEvents(
  { access }: Api,
  options: { tenantId: string | undefined; signal: AbortSignal; onLost: (why: string) => void },
): AsyncGenerator<TenantEvent> {
  let after: string | undefined;
  for (let isFirst = true; !options.signal.aborted; isFirst = false) {
    try {
      for await (const frame of frames(access, options, after)) {
        after = frame.id ?? after;
        if (frame.event === undefined && frame.data !== undefined)
          yield JSON.parse(frame.data) as TenantEvent;
        if (frame.event === 'resync') options.onLost('Some events were missed; what follows is new.');
      }
    } catch (error) {
      if (options.signal.aborted) return;
      const isFinal = error instanceof Failure && error.told.code !== 'UNAVAILABLE';
      if (isFirst || isFinal) throw error instanceof Failure ? error : unreachable(access.url, error);
    }
    if (options.signal.aborted) return;
    if (!isFirst) options.onLost('The connection was lost; trying again.');
    await delay(pauseMs, undefined, { signal: options.signal }).catch(() => undefined);
  }
}

interface Frame {
  id?: string;
  event?: string;
  data?: string;
}

async function* frames(
  { url, key }: Api['access'],
  { tenantId, signal }: { tenantId: string | undefined; signal: AbortSignal },
  after: string | undefined,
): AsyncGenerator<Frame> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), silenceMs);
  try {
    const query = tenantId === undefined ? '' : `?tenantId=${encodeURIComponent(tenantId)}`;
    const response = await fetch(`${url}/admin/events${query}`, {
      headers: {
        authorization: `Bearer ${key}`,
        accept: 'text/event-stream',
        ...(after === undefined ? {} : { 'last-event-id': after }),
      },
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (!response.ok || response.body === null)
      throw failureOf(response, await response.json().catch(() => null));
    let text = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), silenceMs);
      const parts = (text + chunk).split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts)
        yield Object.fromEntries(part.split('\n').map((line) => line.split(/: ?(.*)/s, 2))) as Frame;
    }
  } finally {
    clearTimeout(timer);
    // Where the reader leaves the loop, the connection goes with it.
    silence.abort();
  }
}
