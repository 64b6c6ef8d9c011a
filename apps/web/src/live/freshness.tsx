'use client';

import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { Failed } from '@/ui/notice';
import { clock, span, useNow } from '@/ui/time';
import { useLiveState } from './live';

/** How long what is shown may be without news before it is shown as old. */
const patienceMs = 10_000;

/** How fresh the page is, in a line. */
export function Freshness() {
  const { state } = useLiveState();
  const { lastNewsAt, isStale } = useFreshness();
  const now = useNow(1_000);
  if (state === 'live') return <Line dot="bg-good">Live</Line>;
  if (state === 'ended') return <Line dot="bg-bad">Ended</Line>;
  if (state === 'paused') return <Line dot="bg-rest">Paused</Line>;
  if (state === 'connecting' && !isStale) return <Line dot="bg-rest">Connecting…</Line>;
  const age = lastNewsAt === null ? '' : ` last update ${span(Math.max(0, now - lastNewsAt))} ago`;
  return <Line dot="bg-warn">{`Reconnecting…${age}`}</Line>;
}

/** What is old is grey, and stamped with when it was true. Who is let in no more is shown nothing any more. */
export function Aging({ children }: { children: ReactNode }) {
  const { state } = useLiveState();
  const { isStale, lastNewsAt } = useFreshness();
  if (state === 'ended') {
    return (
      <Failed
        title="You may not look at this any more"
        text="You were signed out, or your role was taken away, while the page was open."
        onRetry={() => location.assign('/')}
      />
    );
  }
  return (
    <div data-stale={isStale}>
      {isStale && lastNewsAt !== null ? (
        <p role="status" className="mb-4 rounded-lg bg-warn-soft px-4 py-2 text-sm text-warn">
          As of {clock(new Date(lastNewsAt).toISOString())}. We can&apos;t reach the service; this says
          nothing about your WhatsApp.
        </p>
      ) : null}
      {children}
    </div>
  );
}

/** News is what the stream says, or an answer that came, whichever is later. */
function useFreshness(): { lastNewsAt: number | null; isStale: boolean } {
  const { state, lastSeenAt } = useLiveState();
  const answers = useQueryClient();
  const now = useNow(1_000);
  const [openedAt] = useState(() => Date.now());
  const [answeredAt, setAnsweredAt] = useState<number | null>(null);
  useEffect(
    () =>
      answers.getQueryCache().subscribe(({ query }) => {
        const at = query.state.dataUpdatedAt;
        if (at > 0) setAnsweredAt((before) => Math.max(before ?? 0, at));
      }),
    [answers],
  );
  const lastNewsAt = lastSeenAt === null ? answeredAt : Math.max(lastSeenAt, answeredAt ?? 0);
  const isStale =
    state !== 'live' &&
    state !== 'paused' &&
    state !== 'ended' &&
    now - (lastNewsAt ?? openedAt) > patienceMs;
  return { lastNewsAt, isStale };
}

function Line({ dot, children }: { dot: string; children: string }) {
  return (
    <span className="inline-flex items-center gap-1.5 text-xs whitespace-nowrap text-soft">
      <span aria-hidden className={`size-1.5 rounded-full ${dot}`} />
      {children}
    </span>
  );
}
