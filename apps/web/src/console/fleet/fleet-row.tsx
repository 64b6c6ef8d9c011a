'use client';

import Link from 'next/link';
import { memo } from 'react';
import { Ago } from '@/ui/time';
import { classNames } from '@/ui/class-names';
import { StatusMark } from '../status-mark';
import type { useReasons } from '../use-reasons';
import { columnsLook } from './columns';
import type { FleetStore } from './fleet-store';
import { useFleetRow } from './use-fleet';

/** One tenant; it changes by itself, without the table. */
export const FleetTableRow = memo(function FleetTableRow(props: {
  store: FleetStore;
  id: string;
  /** Its place among all that are shown, from 0 on. */
  index: number;
  top: number;
  reasonOf: ReturnType<typeof useReasons>;
  memoryLimitMib: number | null;
  isSelected: boolean;
  isCurrent: boolean;
  maySelect: boolean;
  onSelect: (id: string, isSelected: boolean) => void;
}) {
  const { store, id, index, top, reasonOf, memoryLimitMib, isSelected, isCurrent, maySelect, onSelect } =
    props;
  const row = useFleetRow(store, id);
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={classNames(
        columnsLook,
        'absolute inset-x-0 h-11 border-b border-line',
        isSelected && 'bg-busy-soft',
        isCurrent && 'bg-sunken',
      )}
      style={{ transform: `translateY(${top}px)` }}
    >
      <div role="cell" className="flex justify-center">
        {maySelect ? (
          <input
            type="checkbox"
            className="size-4 accent-accent"
            aria-label={`Select ${row?.name ?? id}`}
            checked={isSelected}
            onChange={(event) => onSelect(id, event.target.checked)}
          />
        ) : null}
      </div>
      <div role="cell" className="min-w-0">
        <Link
          id={`tenant-${id}`}
          href={`/fleet/${id}`}
          prefetch={false}
          className="block truncate font-medium hover:underline"
        >
          {row?.name ?? 'Erased'}
        </Link>
      </div>
      {row === undefined ? null : (
        <>
          <div role="cell">
            <StatusMark status={row.status} />
          </div>
          <div role="cell" className="truncate text-soft">
            <Ago at={row.since} />
          </div>
          <div role="cell" className="truncate" title={reasonOf(row.reason)?.explanation}>
            {reasonOf(row.reason)?.label ?? ''}
          </div>
          <div role="cell">
            <Memory mib={row.memoryMib} limitMib={memoryLimitMib} />
          </div>
          <Figure value={row.cpuPercent} unit=" %" />
          <Figure value={row.messagesPerMinute} />
          <Figure value={row.restarts} />
          <div role="cell" className="truncate text-right text-soft">
            {row.lastSeenAt === null ? (
              '–'
            ) : (
              <LastCheck isActive={row.status === 'ACTIVE'} at={row.lastSeenAt} />
            )}
          </div>
        </>
      )}
    </div>
  );
});

/** Active is what answered seconds ago; the table is told the minute only. */
function LastCheck({ isActive, at }: { isActive: boolean; at: string }) {
  return isActive ? 'just now' : <Ago at={at} />;
}

function Figure({ value, unit = '' }: { value: number | null; unit?: string }) {
  return (
    <div role="cell" className="text-right tabular-nums">
      {value === null ? '–' : `${value}${unit}`}
    </div>
  );
}

/** With a bar up to where the worker is replaced. */
function Memory({ mib, limitMib }: { mib: number | null; limitMib: number | null }) {
  if (mib === null) return <span className="block text-right">–</span>;
  const share = limitMib === null ? null : Math.min(1, mib / limitMib);
  return (
    <div className="flex items-center justify-end gap-2 tabular-nums">
      {share === null ? null : (
        <span aria-hidden className="h-1.5 w-14 overflow-hidden rounded-full bg-sunken">
          <span
            className={classNames(
              'block h-full',
              share > 0.85 ? 'bg-bad' : share > 0.6 ? 'bg-warn' : 'bg-accent',
            )}
            style={{ width: `${share * 100}%` }}
          />
        </span>
      )}
      <span className="w-16 text-right">{mib} MiB</span>
    </div>
  );
}
