import { describe, expect, it } from '@jest/globals';
import { paceStep } from './send-pace';

describe('a pace', () => {
  it('has a pause of its interval, more or less, and remembers a rest of a burst', () => {
    expect(paceStep({ perMinute: 30 }, 0.5)).toEqual({ stepMs: 2_000, slackMs: 18_000 });
    expect(paceStep({ perMinute: 30 }, 0).stepMs).toBe(1_400);
    expect(paceStep({ perMinute: 30 }, 0.999999).stepMs).toBe(2_600);
  });
});
