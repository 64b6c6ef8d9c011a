'use client';

import { useSyncExternalStore } from 'react';

/** How long ago, or in how long; the exact moment, in the viewer's zone, on hover. */
export function Ago({ at }: { at: string }) {
  const now = useNow(1_000);
  return (
    <time dateTime={at} title={exact(at)} suppressHydrationWarning>
      {relative(new Date(at).getTime() - now)}
    </time>
  );
}

/** The time of day; with the date where it is not today. */
export function Clock({ at }: { at: string }) {
  return (
    <time dateTime={at} title={exact(at)} suppressHydrationWarning>
      {clock(at)}
    </time>
  );
}

export function clock(at: string): string {
  const date = new Date(at);
  const time = date.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  if (date.toDateString() === new Date().toDateString()) return time;
  return `${date.toLocaleDateString(undefined, { day: 'numeric', month: 'short' })}, ${time}`;
}

const exact = (at: string) =>
  new Date(at).toLocaleString(undefined, { dateStyle: 'full', timeStyle: 'long' });

/** `ms` from now: 12 s ago, in 3 min. */
export function relative(ms: number): string {
  const text = span(Math.abs(ms));
  if (text === '0 s') return 'now';
  return ms < 0 ? `${text} ago` : `in ${text}`;
}

/** 12 s, 3 min, 5 h, 2 d. */
export function span(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** The time, as of the last whole interval; everything that shows it changes together. */
export function useNow(everyMs: number): number {
  return useSyncExternalStore(
    (onChange) => {
      const timer = setInterval(onChange, everyMs);
      return () => clearInterval(timer);
    },
    () => Math.floor(Date.now() / everyMs) * everyMs,
    () => Math.floor(Date.now() / everyMs) * everyMs,
  );
}
