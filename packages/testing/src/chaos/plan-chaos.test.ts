import { describe, expect, it } from '@jest/globals';
import { planChaos } from './plan-chaos';

describe('planChaos', () => {
  const options = { seed: 7, durationMs: 600_000, tenants: 20 };

  it('gives the same plan for the same seed, and another for another', () => {
    expect(planChaos(options)).toEqual(planChaos(options));
    expect(planChaos({ ...options, seed: 8 })).not.toEqual(planChaos(options));
  });

  it('has about as many faults as it is to have', () => {
    expect(planChaos(options).length / 10).toBeCloseTo(24, -1);
    expect(planChaos({ ...options, perMinute: 120 }).length / 10).toBeCloseTo(120, -1);
  });

  it('keeps to the time and to the tenants, and meets each of them', () => {
    const steps = planChaos(options);
    expect(steps.every(({ atMs, tenant }) => atMs < 600_000 && tenant < 20)).toBe(true);
    expect(new Set(steps.map(({ tenant }) => tenant)).size).toBe(20);
    expect(steps.map(({ atMs }) => atMs)).toEqual(steps.map(({ atMs }) => atMs).sort((a, b) => a - b));
  });
});
