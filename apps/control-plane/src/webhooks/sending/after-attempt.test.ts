import { describe, expect, it } from '@jest/globals';
import type { PostOutcome } from '../../egress/guarded-post';
import { webhookPolicySchema } from '../webhook-policy';
import { afterAttempt, type AttemptFacts } from './after-attempt';

const policy = webhookPolicySchema.parse({});
const now = new Date('2026-11-20T12:00:00Z');
const first: AttemptFacts = { attempts: 1, failures: 0, takesOthers: false };
const answered = (status: number, retryAfter: string | null = null): PostOutcome => ({
  kind: 'answered',
  status,
  retryAfter,
});
const decide = (outcome: PostOutcome, facts: Partial<AttemptFacts> = {}, random = 0) =>
  afterAttempt(outcome, { ...first, ...facts }, policy, { now, random });

describe('after an attempt', () => {
  it.each([200, 201, 204, 299])('an answer of %d is a delivery', (status) => {
    expect(decide(answered(status))).toEqual({ kind: 'delivered' });
  });

  it.each([400, 401, 403, 404, 405, 413, 422, 451])('an answer of %d parks this delivery only', (status) => {
    expect(decide(answered(status))).toEqual({ kind: 'park', problem: 'refused' });
  });

  it('an answer of 410 disables the endpoint', () => {
    expect(decide(answered(410), { takesOthers: true, attempts: 50 })).toEqual({
      kind: 'disable',
      problem: 'gone',
    });
  });

  it.each<[PostOutcome, string]>([
    [answered(500), 'server_error'],
    [answered(503), 'server_error'],
    [answered(408), 'server_error'],
    [answered(425), 'server_error'],
    [answered(0), 'server_error'],
    [answered(301), 'redirected'],
    [answered(302), 'redirected'],
    [answered(304), 'redirected'],
    [{ kind: 'failed', why: 'timed_out' }, 'timed_out'],
    [{ kind: 'failed', why: 'unreachable' }, 'unreachable'],
    [{ kind: 'failed', why: 'address_refused' }, 'address_refused'],
  ])('%j pauses the endpoint', (outcome, problem) => {
    expect(decide(outcome)).toEqual({ kind: 'pause', problem, pauseMs: 2_000 });
  });

  it('pauses grow with each failure, up to a limit, and part of them is random', () => {
    const pauses = [0, 1, 2, 3, 30].map((failures) => decide(answered(500), { failures }));
    expect(pauses.map((one) => one.kind === 'pause' && one.pauseMs)).toEqual([
      2_000, 4_000, 8_000, 16_000, 300_000,
    ]);
    expect(decide(answered(500), {}, 0.999)).toMatchObject({ pauseMs: 1_401 });
  });

  it.each<[string | null, number]>([
    ['7', 7_000],
    ['0', 2_000],
    ['Fri, 20 Nov 2026 12:01:00 GMT', 60_000],
    ['Fri, 20 Nov 2026 11:00:00 GMT', 2_000],
    ['999999999', 3_600_000],
    ['soon', 2_000],
    ['-1', 2_000],
    [null, 2_000],
  ])('429 with Retry-After %j pauses for %d ms', (retryAfter, pauseMs) => {
    expect(decide(answered(429, retryAfter))).toEqual({ kind: 'pause', problem: 'rate_limited', pauseMs });
  });

  it('what fails again and again while others are taken is parked, and no sooner', () => {
    const alone = { takesOthers: true, attempts: policy.maxAttemptsAlone };
    expect(decide(answered(500), alone)).toEqual({ kind: 'park', problem: 'fails_alone' });
    expect(decide(answered(500), { ...alone, takesOthers: false }).kind).toBe('pause');
    expect(decide(answered(500), { ...alone, attempts: alone.attempts - 1 }).kind).toBe('pause');
    expect(decide(answered(429), alone).kind).toBe('pause');
  });
});
