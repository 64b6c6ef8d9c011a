import { describe, expect, it } from '@jest/globals';
import type { FleetRow, FleetSnapshot } from '@wafleet/contracts';
import { createFleetStore } from './fleet-store';

const row = (id: string, name: string) => ({ id, name }) as FleetRow;
const snapshot = (id: string, rows: FleetRow[]): FleetSnapshot => ({
  id,
  at: '2026-01-01T00:00:00.000Z',
  memoryLimitMib: null,
  counts: {} as FleetSnapshot['counts'],
  rows,
  isCut: false,
});
const patch = (id: string, rows: FleetRow[], gone: string[] = []) => ({
  id,
  at: '2026-01-01T00:00:00.000Z',
  rows,
  gone,
});

describe('the rows of the fleet in a page', () => {
  it('take from patches that came before the snapshot only what is newer than it', () => {
    const store = createFleetStore();
    store.apply(patch('t-1', [row('a', 'older')]));
    store.apply(patch('t-3', [row('b', 'newer')]));
    store.load(snapshot('t-2', [row('a', 'now'), row('b', 'now')]));
    expect([store.row('a')?.name, store.row('b')?.name]).toEqual(['now', 'newer']);
    expect(store.all().map(({ name }) => name)).toEqual(['now', 'newer']);
  });

  it('tell a change to the row that shows it and to no other, and lose what is gone', () => {
    const store = createFleetStore();
    store.load(snapshot('t-0', [row('a', 'one'), row('b', 'two')]));
    const told: string[] = [];
    store.subscribeRow('a', () => told.push('a'));
    const end = store.subscribeRow('b', () => told.push('b'));
    store.apply(patch('t-1', [row('a', 'changed')]));
    expect(told).toEqual(['a']);
    store.apply(patch('t-2', [], ['b']));
    end();
    store.apply(patch('t-3', [row('b', 'again')]));
    expect(told).toEqual(['a', 'b']);
    expect(store.row('b')?.name).toBe('again');
  });

  it('repeat nothing, and wait for a new snapshot where patches are of another table', () => {
    const store = createFleetStore();
    store.load(snapshot('t-5', [row('a', 'now')]));
    store.apply(patch('t-5', [row('a', 'repeated')]));
    store.apply(patch('u-1', [row('a', 'of another')]));
    expect(store.row('a')?.name).toBe('now');
    store.load(snapshot('u-0', [row('a', 'anew')]));
    expect(store.row('a')?.name).toBe('of another');
  });
});
