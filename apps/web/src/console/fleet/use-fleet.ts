'use client';

import { useQuery } from '@tanstack/react-query';
import type { FleetPatch, FleetRow, FleetSnapshot } from '@wafleet/contracts';
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { answerOf, controlPlane } from '@/calls/control-plane';
import { useLiveEvents } from '@/live/live';
import { compareRows, type FleetSort } from './fleet-order';
import { type FleetQuery, matchesFleetQuery } from './fleet-query';
import { createFleetStore, type FleetStore } from './fleet-store';

/** The table of the fleet, fetched once and again after a gap, and kept true by the stream in between. */
export function useFleet() {
  const [store] = useState(createFleetStore);
  const fetched = useQuery({
    queryKey: ['fleet'],
    queryFn: async () => (await answerOf(controlPlane.GET('/admin/fleet'))) as FleetSnapshot,
    staleTime: Infinity,
    gcTime: 0,
    refetchOnMount: 'always',
    refetchOnWindowFocus: false,
  });
  // By an effect and not by the fetch: who comes back at once has a new store, and finds the last answer still there.
  const { data: snapshot } = fetched;
  useEffect(() => {
    if (snapshot) store.load(snapshot);
  }, [store, snapshot]);
  // The stream of this page carries patches in place of events.
  useLiveEvents(useCallback((event) => store.apply(event as unknown as FleetPatch), [store]));
  return { store, fetched };
}

export function useFleetRow(store: FleetStore, id: string): FleetRow | undefined {
  return useSyncExternalStore(
    useCallback((onChange) => store.subscribeRow(id, onChange), [store, id]),
    () => store.row(id),
    () => store.row(id),
  );
}

export function useAllRows(store: FleetStore): readonly FleetRow[] {
  return useSyncExternalStore(store.subscribeAll, store.all, store.all);
}

/** Ids in their order. While it is frozen, what is there stays where it is; another search or order is shown at once. */
export function useFleetList(
  all: readonly FleetRow[],
  options: { query: FleetQuery; sort: FleetSort; isFrozen: boolean },
): readonly string[] {
  const { query, sort, isFrozen } = options;
  const shown = useRef<{
    all: readonly FleetRow[];
    query: FleetQuery;
    sort: FleetSort;
    ids: string[];
  } | null>(null);
  const ids = useMemo(() => {
    const before = shown.current;
    if (before && isFrozen && before.query === query && before.sort === sort && before.ids.length > 0)
      return before.ids;
    const now = Date.now();
    return all
      .filter((row) => matchesFleetQuery(query, row, now))
      .sort(compareRows(sort))
      .map(({ id }) => id);
  }, [all, query, sort, isFrozen]);
  useEffect(() => {
    shown.current = { all, query, sort, ids: ids };
  });
  return ids;
}
