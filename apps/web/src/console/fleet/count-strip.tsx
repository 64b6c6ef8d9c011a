'use client';

import type { FleetRow, TenantStatus } from '@wafleet/contracts';
import { useMemo } from 'react';
import { classNames } from '@/ui/class-names';
import { statusOrder, statusWords } from '../status-mark';

/** How many are in which status; pressed, only those are shown. */
export function CountStrip(props: {
  rows: readonly FleetRow[];
  chosen: readonly TenantStatus[];
  onChoose: (statuses: TenantStatus[]) => void;
}) {
  const { rows, chosen, onChoose } = props;
  const counts = useMemo(() => {
    const found = new Map<TenantStatus, number>();
    for (const { status } of rows) found.set(status, (found.get(status) ?? 0) + 1);
    return found;
  }, [rows]);
  const shown = statusOrder.filter((status) => counts.has(status) || chosen.includes(status));
  return (
    <div role="group" aria-label="Filter by status" className="live flex flex-wrap gap-2">
      {shown.map((status) => {
        const isChosen = chosen.includes(status);
        const { label, tone } = statusWords[status];
        return (
          <button
            key={status}
            type="button"
            aria-pressed={isChosen}
            className={classNames(
              'flex min-h-10 items-center gap-2 rounded-lg border px-3 text-sm',
              isChosen ? 'border-accent bg-sunken font-medium' : 'border-line bg-surface hover:bg-sunken',
            )}
            onClick={() => onChoose(isChosen ? chosen.filter((one) => one !== status) : [...chosen, status])}
          >
            <span aria-hidden className={classNames('size-2 rounded-full', dots[tone])} />
            {label}
            <span className="font-semibold tabular-nums">
              {(counts.get(status) ?? 0).toLocaleString('en')}
            </span>
          </button>
        );
      })}
    </div>
  );
}

const dots = { good: 'bg-good', busy: 'bg-busy', warn: 'bg-warn', bad: 'bg-bad', rest: 'bg-rest' };
