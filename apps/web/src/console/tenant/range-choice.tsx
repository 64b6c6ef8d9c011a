'use client';

import type { HistoryRange } from '@wafleet/contracts';
import { classNames } from '@/ui/class-names';
import { useAddressState } from '../use-address-state';

const ranges: Record<HistoryRange, string> = { '1h': '1 hour', '24h': '24 hours', '7d': '7 days' };

/** Over which time a tab looks back, kept in the address. */
export function useRange(): [HistoryRange, (range: string) => void] {
  const [value, set] = useAddressState('range', '24h');
  return [value in ranges ? (value as HistoryRange) : '24h', set];
}

export function RangeChoice({ value, onChange }: { value: HistoryRange; onChange: (range: string) => void }) {
  return (
    <div role="group" aria-label="Time" className="flex rounded-lg border border-line bg-surface p-0.5">
      {Object.entries(ranges).map(([range, label]) => (
        <button
          key={range}
          type="button"
          aria-pressed={range === value}
          className={classNames(
            'min-h-8 rounded-md px-3 text-sm',
            range === value ? 'bg-sunken font-medium' : 'text-soft',
          )}
          onClick={() => onChange(range)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
