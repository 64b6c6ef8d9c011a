import { describe, expect, it } from '@jest/globals';
import { eventually } from '@wafleet/testing';
import { createLooks } from './looks';
import { createSweep } from './sweep';

const troubles: string[] = [];
const outage = { worked: () => undefined, failed: (error: unknown) => void troubles.push(String(error)) };

/** Work whose every end the test decides. */
function byHand() {
  const ends: ((error?: Error) => void)[] = [];
  const work = () =>
    new Promise<void>((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve())));
  const begun = (count: number) =>
    eventually(() => ends.length === count, { timeoutMs: 10_000, what: `begin number ${count}` });
  return { ends, work, begun };
}

describe('looks', () => {
  it('makes one more look of all that is asked while one is under way', async () => {
    const { ends, work, begun } = byHand();
    const looks = createLooks({ look: work, outage });
    for (let call = 0; call < 5; call += 1) looks.wake();
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await begun(2);
    ends[1]?.();
    await eventually(() => !looks.isUnderWay(), { timeoutMs: 10_000, what: 'the end' });
    expect(ends).toHaveLength(2);
  });

  it('goes on after a failure, which is told', async () => {
    const { ends, work, begun } = byHand();
    const looks = createLooks({ look: work, outage, onFailed: () => looks.wake() });
    looks.wake();
    ends[0]?.(new Error('first'));
    await begun(2);
    expect(troubles).toContain('Error: first');
    ends[1]?.();
  });

  it('begins no more once it is stopped, and the stop waits for the one under way', async () => {
    const { ends, work } = byHand();
    const looks = createLooks({ look: work, outage });
    looks.wake();
    looks.wake();
    let isStopped = false;
    const stopped = looks.stop().then(() => (isStopped = true));
    await new Promise(setImmediate);
    expect(isStopped).toBe(false);
    ends[0]?.();
    await stopped;
    looks.wake();
    expect(ends).toHaveLength(1);
  });
});

describe('a sweep', () => {
  it('comes again after its end, however it ended, until it is stopped', async () => {
    const { ends, work, begun } = byHand();
    const sweep = createSweep({ everyMs: 1, work, outage });
    sweep.start();
    ends[0]?.(new Error('of a sweep'));
    await begun(2);
    expect(troubles).toContain('Error: of a sweep');
    const stopped = sweep.stop();
    ends[1]?.();
    await stopped;
    expect(ends).toHaveLength(2);
  });
});
