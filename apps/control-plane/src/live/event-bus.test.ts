import { describe, expect, it } from '@jest/globals';
import type { TenantEvent } from '@wafleet/contracts';
import { createEventBus } from './event-bus';

const event = (seq: number) => ({ id: `ep-1-${seq}`, type: 'message.status' }) as TenantEvent;

/** A bus, what was published on it, and stores that end when they are told to. */
function createPublished() {
  const bus = createEventBus();
  const seqs: number[] = [];
  bus.subscribe(({ id }) => seqs.push(Number(id.slice('ep-1-'.length))));
  const begin = () => {
    let commit!: (numbers: number[]) => void;
    let fail!: (error: Error) => void;
    const committed = new Promise<number[]>((resolve, reject) => {
      commit = resolve;
      fail = reject;
    });
    const ended = bus.publishStored(async () => ({ stored: (await committed).map(event), result: 'done' }));
    return { commit, fail, ended };
  };
  return { seqs, begin };
}

describe('publishStored', () => {
  it('publishes what is stored alone before it resolves', async () => {
    const { seqs, begin } = createPublished();
    const store = begin();
    store.commit([1, 2]);
    await expect(store.ended).resolves.toBe('done');
    expect(seqs).toEqual([1, 2]);
  });

  it('publishes in the order of numbers, also where the later one is heard of first', async () => {
    const { seqs, begin } = createPublished();
    const [one, other] = [begin(), begin()];
    other.commit([11, 12]);
    await other.ended;
    expect(seqs).toEqual([]);
    one.commit([9, 10]);
    await one.ended;
    expect(seqs).toEqual([9, 10, 11, 12]);
  });

  it('waits for nobody who began later', async () => {
    const { seqs, begin } = createPublished();
    const [one, other] = [begin(), begin()];
    other.commit([11]);
    await other.ended;
    const later = begin();
    one.commit([]);
    await one.ended;
    expect(seqs).toEqual([11]);
    later.commit([12]);
    await later.ended;
    expect(seqs).toEqual([11, 12]);
  });

  it('is not held back by a store that failed', async () => {
    const { seqs, begin } = createPublished();
    const [one, other] = [begin(), begin()];
    other.commit([10]);
    await other.ended;
    one.fail(new Error('rolled back'));
    await expect(one.ended).rejects.toThrow('rolled back');
    expect(seqs).toEqual([10]);
  });
});
