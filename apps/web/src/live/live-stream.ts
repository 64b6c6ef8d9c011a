import type { TenantEvent } from '@wafleet/contracts';

/** A browser's own stream gives up for ever on the first answer that is no stream; this one comes back. */
export interface LiveStream {
  readonly state: LiveState;
  /** When something last came, in ms since 1970; null before. */
  readonly lastSeenAt: number | null;
  subscribe(onChange: () => void): () => void;
  /** While nobody looks; what was missed is read when somebody does. */
  pause(): void;
  resume(): void;
  stop(): void;
}

/** `ended`: this person is let in no more, and nothing is tried again. */
export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'paused' | 'ended';

export interface Listeners {
  onEvent: (event: TenantEvent) => void;
  /** What was missed can't be sent: everything shown is to be read anew. */
  onGap: () => void;
  /** Asked when the stream ends, which does not say why: whether this person is let in no more. */
  isShutOut: () => Promise<boolean>;
}

const firstPauseMs = 500;
const longestPauseMs = 15_000;
/** Signs of life come every 15 s. */
const silenceMs = 45_000;

/** @param url of a stream of this server; it goes on after the last event seen by `?after=` */
export function openLiveStream(url: string, listeners: Listeners): LiveStream {
  const subscribers = new Set<() => void>();
  let state: LiveState = 'connecting';
  let lastSeenAt: number | null = null;
  let lastId: string | null = null;
  let attempt = 0;
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  connect();
  return {
    get state() {
      return state;
    },
    get lastSeenAt() {
      return lastSeenAt;
    },
    subscribe(onChange) {
      subscribers.add(onChange);
      return () => void subscribers.delete(onChange);
    },
    pause() {
      if (state === 'ended') return;
      close();
      become('paused');
    },
    resume() {
      if (state !== 'paused') return;
      become(lastSeenAt === null ? 'connecting' : 'reconnecting');
      connect();
    },
    stop() {
      close();
      subscribers.clear();
    },
  };

  function connect(): void {
    close();
    const joint = url.includes('?') ? '&' : '?';
    const address = lastId === null ? url : `${url}${joint}after=${encodeURIComponent(lastId)}`;
    source = new EventSource(address);
    source.onerror = comeBack;
    source.addEventListener('hello', ({ lastEventId }) => seen(lastEventId));
    source.addEventListener('beat', () => seen(''));
    source.addEventListener('resync', ({ lastEventId }) => {
      seen(lastEventId);
      listeners.onGap();
    });
    source.onmessage = ({ data, lastEventId }: MessageEvent<string>) => {
      seen(lastEventId);
      listeners.onEvent(JSON.parse(data) as TenantEvent);
    };
    timer = setTimeout(comeBack, silenceMs);
  }

  function seen(id: string): void {
    lastSeenAt = Date.now();
    if (id !== '') lastId = id;
    attempt = 0;
    clearTimeout(timer);
    timer = setTimeout(comeBack, silenceMs);
    become('live');
  }

  function comeBack(): void {
    close();
    become('reconnecting');
    const pauseMs = Math.min(firstPauseMs * 2 ** attempt, longestPauseMs);
    attempt += 1;
    timer = setTimeout(connect, pauseMs * (0.8 + Math.random() * 0.4));
    void listeners.isShutOut().then((isShutOut) => {
      if (!isShutOut) return;
      close();
      become('ended');
    });
  }

  function close(): void {
    clearTimeout(timer);
    source?.close();
    source = null;
  }

  function become(next: LiveState): void {
    state = next;
    for (const onChange of subscribers) onChange();
  }
}
