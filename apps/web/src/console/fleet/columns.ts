import type { FleetSort } from './fleet-order';

/** The same grid for the head and every row. */
export const columnsLook =
  'grid min-w-[66rem] grid-cols-[2.5rem_minmax(10rem,2fr)_8rem_6rem_minmax(10rem,2fr)_10rem_4.5rem_5rem_5rem_6rem] items-center gap-x-3 px-2 text-sm';

export const columns: { label: string; sort: FleetSort | null; isNumber?: boolean }[] = [
  { label: 'Tenant', sort: 'name' },
  { label: 'Status', sort: 'worst' },
  { label: 'Since', sort: 'since' },
  { label: 'Reason', sort: null },
  { label: 'Memory', sort: 'memory', isNumber: true },
  { label: 'CPU', sort: 'cpu', isNumber: true },
  { label: 'Msg/min', sort: 'messages', isNumber: true },
  { label: 'Restarts', sort: 'restarts', isNumber: true },
  { label: 'Last check', sort: 'seen', isNumber: true },
];
