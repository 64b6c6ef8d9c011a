'use client';

import { useQueryClient } from '@tanstack/react-query';
import type { TenantEvent } from '@wafleet/contracts';
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { getJson, Refused } from '@/calls/control-plane';
import { type LiveState, type LiveStream, openLiveStream } from './live-stream';

const Stream = createContext<LiveStream | null>(null);
const Listeners = createContext<Set<(event: TenantEvent) => void>>(new Set());

/**
 * The one live stream of a tab, closed while the tab is hidden. After a gap everything shown is fetched again.
 * @param props.doorUrl something small behind the same door as the stream, which says whether that door is closed; without
 * it the stream is tried for as long as the page is open
 */
export function Live(props: { url: string; doorUrl?: string; children: ReactNode }) {
  const { url, doorUrl, children } = props;
  const answers = useQueryClient();
  const [listeners] = useState(() => new Set<(event: TenantEvent) => void>());
  const [stream, setStream] = useState<LiveStream | null>(null);
  useEffect(() => {
    const opened = openLiveStream(url, {
      onEvent: (event) => listeners.forEach((listener) => listener(event)),
      onGap: () => void answers.invalidateQueries(),
      isShutOut: () => isShut(doorUrl),
    });
    setStream(opened);
    const onVisibility = () => (document.hidden ? opened.pause() : opened.resume());
    document.addEventListener('visibilitychange', onVisibility);
    onVisibility();
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      opened.stop();
    };
  }, [url, doorUrl, answers, listeners]);
  return (
    <Stream value={stream}>
      <Listeners value={listeners}>{children}</Listeners>
    </Stream>
  );
}

/** Calls the listener with every event from now on; it must be the same function as long as it means the same. */
export function useLiveEvents(listener: (event: TenantEvent) => void): void {
  const listeners = useContext(Listeners);
  useEffect(() => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, [listeners, listener]);
}

export function useLiveState(): { state: LiveState; lastSeenAt: number | null } {
  const stream = useContext(Stream);
  const state = useSyncExternalStore(
    (onChange) => stream?.subscribe(onChange) ?? (() => undefined),
    () => stream?.state ?? 'connecting',
    () => 'connecting' as const,
  );
  return { state, lastSeenAt: stream?.lastSeenAt ?? null };
}

async function isShut(doorUrl: string | undefined): Promise<boolean> {
  if (doorUrl === undefined) return false;
  try {
    await getJson(doorUrl);
    return false;
  } catch (error) {
    return error instanceof Refused && (error.status === 401 || error.status === 403);
  }
}
