import type { TenantEvent } from '@wafleet/contracts';

/** A live stream of tenant events, remembered in the order they came. */
export interface EventStream {
  readonly events: readonly (TenantEvent & { receivedAt: number })[];
  stop(): void;
}

/** Connects to a server-sent-events address; resolves once it answers. */
export async function openEventStream(
  url: string,
  headers: Record<string, string>,
  onEvent: (event: TenantEvent) => void = () => undefined,
): Promise<EventStream> {
  const abort = new AbortController();
  const response = await fetch(url, {
    headers: { ...headers, accept: 'text/event-stream' },
    signal: abort.signal,
  });
  if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}`);
  const events: (TenantEvent & { receivedAt: number })[] = [];
  void readFrames(response.body, (data) => {
    const event = JSON.parse(data) as TenantEvent;
    events.push({ ...event, receivedAt: performance.now() });
    onEvent(event);
  });
  return { events, stop: () => abort.abort() };
}

/** Ends quietly with the stream, whichever side ends it. */
async function readFrames(body: ReadableStream<Uint8Array>, onData: (data: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of body) {
      rest += decoder.decode(chunk, { stream: true });
      const frames = rest.split('\n\n');
      rest = frames.pop() ?? '';
      for (const frame of frames) {
        const data = frame
          .split('\n')
          .filter((line) => line.startsWith('data:'))
          .map((line) => line.slice(5).trimStart())
          .join('\n');
        if (data) onData(data);
      }
    }
  } catch {
    // Aborted by stop(), or the server went away.
  }
}
