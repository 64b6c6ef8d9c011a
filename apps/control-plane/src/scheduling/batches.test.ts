import { describe, expect, it } from '@jest/globals';
import { inBatches } from './batches';

/** Batches whose end the test decides, in the order in which they began. */
function byHand(fails: (items: readonly string[]) => Error | null = () => null) {
  const begun: string[][] = [];
  const ends: (() => void)[] = [];
  const run = inBatches<string, string>(3, async (items) => {
    begun.push([...items]);
    await new Promise<void>((resolve) => ends.push(resolve));
    const error = fails(items);
    if (error) throw error;
    return items.map((item) => item.toUpperCase());
  });
  const endNext = async () => {
    ends.shift()?.();
    await new Promise(setImmediate);
  };
  return { run, begun, endNext };
}

describe('inBatches', () => {
  it('begins a lone item at once, and what comes meanwhile together, at most so many', async () => {
    const { run, begun, endNext } = byHand();
    const results = Promise.all(['a', 'b', 'c', 'd', 'e'].map(run));
    expect(begun).toEqual([['a']]);
    await endNext();
    expect(begun).toEqual([['a'], ['b', 'c', 'd']]);
    await endNext();
    await endNext();
    expect(begun).toEqual([['a'], ['b', 'c', 'd'], ['e']]);
    expect(await results).toEqual(['A', 'B', 'C', 'D', 'E']);
  });

  it('fails only the item that is at fault', async () => {
    const { run, endNext } = byHand((items) => (items.includes('c') ? new Error('c is at fault') : null));
    const results = Promise.allSettled(['a', 'b', 'c', 'd'].map(run));
    for (let batch = 0; batch < 5; batch += 1) await endNext();
    expect((await results).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
  });

  it('fails all where the database is away, and does not repeat what may have taken effect', async () => {
    const { run, begun, endNext } = byHand((items) =>
      items.includes('b') ? new Error('Connection terminated unexpectedly') : null,
    );
    const results = Promise.allSettled(['a', 'b', 'c'].map(run));
    await endNext();
    await endNext();
    expect((await results).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(begun).toEqual([['a'], ['b', 'c']]);
  });

  it('goes on after a failure', async () => {
    const { run, endNext } = byHand((items) => (items[0] === 'bad' ? new Error('bad') : null));
    const bad = run('bad').catch((error: Error) => error.message);
    await endNext();
    expect(await bad).toBe('bad');
    const good = run('good');
    await endNext();
    expect(await good).toBe('GOOD');
  });
});
