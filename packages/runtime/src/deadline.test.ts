import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { abortAfter } from './deadline';

describe('abortAfter', () => {
  it('aborts what it is joined to, whatever is collected meanwhile', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const joined = AbortSignal.any([new AbortController().signal, abortAfter(300)]);
    const aborted = new Promise((resolve) => joined.addEventListener('abort', () => resolve(joined.reason)));
    for (let round = 0; round < 5; round += 1) {
      await delay(20);
      collect();
    }
    expect(await aborted).toMatchObject({ name: 'TimeoutError' });
  }, 30_000);
});
