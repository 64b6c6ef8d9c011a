'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { classNames } from '@/ui/class-names';
import { useReasons } from '../use-reasons';
import { columns, columnsLook } from './columns';
import type { FleetSort } from './fleet-order';
import { FleetTableRow } from './fleet-row';
import type { FleetStore } from './fleet-store';

const rowHeight = 44;

/** Thousands of tenants, of which only those on the screen are in the page. */
export function FleetTable(props: {
  store: FleetStore;
  ids: readonly string[];
  memoryLimitMib: number | null;
  sort: FleetSort;
  onSort: (sort: FleetSort) => void;
  selected: ReadonlySet<string>;
  maySelect: boolean;
  onSelect: (id: string, isSelected: boolean) => void;
  onSelectAll: (isSelected: boolean) => void;
  /** The place that the keyboard is at; -1 before it was used. */
  current: number;
  onHover: (isOver: boolean) => void;
}) {
  const {
    store,
    ids,
    memoryLimitMib,
    sort,
    onSort,
    selected,
    maySelect,
    onSelect,
    onSelectAll,
    current,
    onHover,
  } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const reasonOf = useReasons();
  const virtual = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => ids[index] as string,
    overscan: 8,
  });
  const currentId = ids[current];
  useEffect(() => {
    if (currentId === undefined) return;
    virtual.scrollToIndex(current);
    // It is in the page once it is scrolled to.
    const frame = requestAnimationFrame(() => document.getElementById(`tenant-${currentId}`)?.focus());
    return () => cancelAnimationFrame(frame);
  }, [current, currentId, virtual]);

  return (
    <div
      ref={scroller}
      role="region"
      aria-label="Tenants"
      tabIndex={0}
      className="live h-[calc(100dvh-19rem)] min-h-80 overflow-auto"
      onPointerEnter={() => onHover(true)}
      onPointerLeave={() => onHover(false)}
    >
      <div role="table" aria-label="Tenants" aria-rowcount={ids.length + 1}>
        <div role="rowgroup" className="sticky top-0 z-10 bg-surface">
          <div
            role="row"
            aria-rowindex={1}
            className={classNames(columnsLook, 'h-10 border-b border-line text-soft')}
          >
            <div role="columnheader" className="flex justify-center">
              {maySelect ? (
                <input
                  type="checkbox"
                  className="size-4 accent-accent"
                  aria-label="Select all that are shown"
                  checked={ids.length > 0 && ids.every((id) => selected.has(id))}
                  onChange={(event) => onSelectAll(event.target.checked)}
                />
              ) : (
                <span className="sr-only">Selection</span>
              )}
            </div>
            {columns.map(({ label, sort: own, isNumber }) => (
              <div
                key={label}
                role="columnheader"
                aria-sort={own !== null && own === sort ? 'descending' : undefined}
                className={isNumber ? 'text-right' : undefined}
              >
                {own === null ? (
                  label
                ) : (
                  <button
                    type="button"
                    className={classNames(
                      'min-h-8 font-medium hover:text-ink',
                      own === sort && 'text-ink underline',
                    )}
                    onClick={() => onSort(own)}
                  >
                    {label}
                  </button>
                )}
              </div>
            ))}
          </div>
        </div>
        <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ key, index, start }) => {
            const id = ids[index] as string;
            return (
              <FleetTableRow
                key={String(key)}
                store={store}
                id={id}
                index={index}
                top={start}
                reasonOf={reasonOf}
                memoryLimitMib={memoryLimitMib}
                isSelected={selected.has(id)}
                isCurrent={index === current}
                maySelect={maySelect}
                onSelect={onSelect}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}
