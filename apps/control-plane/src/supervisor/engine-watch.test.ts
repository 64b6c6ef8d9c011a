import { beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@wafleet/runtime';
import type { Observation } from '../drivers/worker-driver';
import { createEngineWatch, type EngineWatch } from './engine-watch';

const silentMs = 30_000;
const unknown: Observation = { state: 'unknown', detail: 'no answer in time' };
const gone: Observation = { state: 'gone' };

describe('what runs the workers', () => {
  let at: number;
  let lines: string[];
  let engine: EngineWatch;

  beforeEach(() => {
    at = 0;
    lines = [];
    const log = createLogger({ name: 'test', destination: { write: (line) => void lines.push(line) } });
    engine = createEngineWatch({ silentMs, now: () => at, log });
  });

  const lookFor = (forMs: number, ...answers: Observation[]) => {
    for (const until = at + forMs; at < until; at += 5_000) engine.note(answers);
  };

  it('is silent once it has told nothing of anybody for long enough, and no more at its first answer', () => {
    lookFor(silentMs, unknown, unknown);
    expect(engine.answers()).toBe(false);
    engine.note([unknown, gone]);
    expect(engine.answers()).toBe(true);
  });

  it('that is started anew, again and again, is not silent', () => {
    for (const _time of [1, 2, 3]) {
      lookFor(silentMs - 5_000, unknown);
      expect(engine.answers()).toBe(true);
      engine.note([gone]);
    }
  });

  it('is not silent of a few only, nor where nobody is asked after', () => {
    lookFor(2 * silentMs, unknown, gone);
    expect(engine.answers()).toBe(true);
    lookFor(2 * silentMs);
    expect(engine.answers()).toBe(true);
  });

  it('is said once in the log, with what it answered, and its return too', () => {
    lookFor(silentMs, unknown);
    engine.note([gone]);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('no answer in time');
  });
});
