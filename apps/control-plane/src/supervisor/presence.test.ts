import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createPresence, type Presence } from './presence';

describe('createPresence', () => {
  let at = 0;
  let absences: number[];
  let presence: Presence;
  beforeEach(() => {
    absences = [];
    // Its timer does not ring during a test.
    presence = createPresence({
      silenceMs: 900_000,
      now: () => at,
      onReturn: (awayMs) => absences.push(awayMs),
    });
  });
  afterEach(() => presence.stop());

  const noteAfter = (pauseMs: number) => {
    at += pauseMs;
    presence.note();
  };

  it('tells of each absence once', () => {
    presence.start();
    for (const pauseMs of [100_000, 300_000, 300_001, 0, 900_000, 300_000]) noteAfter(pauseMs);
    expect(absences).toEqual([300_001, 900_000]);
  });

  it('knows of none before it has begun', () => {
    noteAfter(900_000);
    at += 900_000;
    presence.start();
    noteAfter(1);
    expect(absences).toEqual([]);
  });
});
