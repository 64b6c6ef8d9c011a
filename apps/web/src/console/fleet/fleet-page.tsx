'use client';

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { PageTitle } from '@/frame/frame';
import { Answer } from '@/calls/answer';
import { Button } from '@/ui/button';
import { Empty } from '@/ui/notice';
import { AddTenant } from '../tenant/add-tenant';
import { BulkBar } from '../bulk/bulk-bar';
import { useMayAct } from '../operator';
import { useAddressState } from '../use-address-state';
import { CountStrip } from './count-strip';
import { type FleetSort, fleetSorts } from './fleet-order';
import { parseFleetQuery, statusesIn, withStatuses } from './fleet-query';
import { FleetTable } from './fleet-table';
import { useFleetKeys } from './fleet-keys';
import { useAllRows, useFleet, useFleetList } from './use-fleet';

/** Who is down, why, and what is done about it, of all tenants. */
export function FleetPage() {
  const { store, fetched } = useFleet();
  const mayAct = useMayAct();
  const [text, setText] = useAddressState('q', '');
  const [sortName, setSort] = useAddressState('sort', 'worst');
  const sort = fleetSorts.find((one) => one === sortName) ?? 'worst';
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [isHovered, setHovered] = useState(false);
  const [isPaused, setPaused] = useState(false);
  const query = useMemo(() => parseFleetQuery(text), [text]);
  const all = useAllRows(store);
  const isFrozen = isPaused || isHovered || selected.size > 0;
  const ids = useFleetList(all, { query, sort, isFrozen });
  const search = useRef<HTMLInputElement>(null);
  const clear = useCallback(() => setSelected(new Set()), []);
  const toggle = useCallback(
    (id: string, isSelected: boolean) =>
      setSelected((before) => {
        const after = new Set(before);
        if (isSelected) after.add(id);
        else after.delete(id);
        return after;
      }),
    [],
  );
  const current = useFleetKeys({ ids, search, selected, toggle: mayAct ? toggle : null, clear });
  // A selection is of what is shown: what another search hides is let go of.
  useEffect(clear, [text, clear]);

  return (
    <>
      <PageTitle title="Fleet">
        <div className="flex flex-wrap gap-2">
          <Button kind="plain" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
            {isPaused ? 'Go on sorting' : 'Pause sorting'}
          </Button>
          {mayAct ? <AddTenant /> : null}
        </div>
      </PageTitle>
      <Answer of={fetched} what="The fleet" lines={6}>
        {({ memoryLimitMib, isCut }) => (
          <div className="flex flex-col gap-3">
            <CountStrip
              rows={all}
              chosen={statusesIn(text)}
              onChoose={(statuses) => setText(withStatuses(text, statuses))}
            />
            <div>
              <label htmlFor="fleet-search" className="sr-only">
                Search tenants
              </label>
              <input
                id="fleet-search"
                ref={search}
                type="search"
                value={text}
                maxLength={300}
                autoComplete="off"
                spellCheck={false}
                placeholder="Name or number, or status:error reason:browser_crashed seen:>5m  ( / )"
                className="min-h-10 w-full rounded-lg border border-line bg-surface px-3 placeholder:text-soft"
                onChange={(event) => setText(event.target.value)}
              />
              {query.problems.map((problem) => (
                <p key={problem} role="alert" className="mt-1 text-sm text-bad">
                  {problem}
                </p>
              ))}
            </div>
            <BulkBar store={store} selected={selected} onClear={clear} />
            <p className="text-sm text-soft" role="status">
              {ids.length.toLocaleString('en')} of {all.length.toLocaleString('en')} tenants
              {isFrozen && ids.length > 0 ? ' · the order stands still' : ''}
              {isCut ? ' · there are more than this page can hold; search by the API' : ''}
            </p>
            <div className="overflow-hidden rounded-xl border border-line bg-surface">
              {ids.length > 0 ? (
                <FleetTable
                  store={store}
                  ids={ids}
                  memoryLimitMib={memoryLimitMib}
                  sort={sort}
                  onSort={(next: FleetSort) => setSort(next)}
                  selected={selected}
                  maySelect={mayAct}
                  onSelect={toggle}
                  onSelectAll={(isSelected) => setSelected(new Set(isSelected ? ids : []))}
                  current={current}
                  onHover={setHovered}
                />
              ) : all.length === 0 ? (
                <Empty title="No tenants yet." text="Add one, and send its people the link to connect." />
              ) : (
                <Empty title="No tenant matches.">
                  <Button kind="plain" onClick={() => setText('')}>
                    Clear filters
                  </Button>
                </Empty>
              )}
            </div>
          </div>
        )}
      </Answer>
    </>
  );
}
