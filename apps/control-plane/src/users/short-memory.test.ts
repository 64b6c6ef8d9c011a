import { describe, expect, it } from '@jest/globals';
import { createShortMemory } from './short-memory';

function memoryAt(clock: { ms: number }, maxEntries = 10) {
  return createShortMemory<number>({ ttlMs: 5_000, maxEntries, now: () => new Date(clock.ms) });
}

describe('createShortMemory', () => {
  it('loads once for all who ask within its time, and again afterwards', async () => {
    const clock = { ms: 0 };
    const memory = memoryAt(clock);
    let loads = 0;
    const load = async () => ++loads;
    expect(await Promise.all([memory.get('a', load), memory.get('a', load)])).toEqual([1, 1]);
    clock.ms = 4_999;
    expect(await memory.get('a', load)).toBe(1);
    clock.ms = 5_000;
    expect(await memory.get('a', load)).toBe(2);
  });

  it('does not remember a failure', async () => {
    const memory = memoryAt({ ms: 0 });
    await expect(memory.get('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await memory.get('a', async () => 7)).toBe(7);
  });

  it('does not remember what was being loaded while it was told to forget', async () => {
    const memory = memoryAt({ ms: 0 });
    let finish: (value: number) => void = () => undefined;
    const slow = memory.get('a', () => new Promise<number>((resolve) => (finish = resolve)));
    memory.forget();
    finish(1);
    expect(await slow).toBe(1);
    expect(await memory.get('a', async () => 2)).toBe(2);
  });

  it('never holds more than its bound', async () => {
    const memory = memoryAt({ ms: 0 }, 2);
    for (const key of ['a', 'b', 'c']) await memory.get(key, async () => 1);
    expect(await memory.get('a', async () => 2)).toBe(2);
  });
});
