import { parseArgs } from 'node:util';
import { chaosEnvironment, linkTenants, planChaos, runChaos, type Stack } from '@wafleet/testing';
import type { Report } from './report';

/** Random faults for minutes, from a seed. `chaos [--seed 1] [--minutes 10] [--tenants 20]` */
export async function measureChaos(given: { stack: Stack; report: Report; args: string[] }): Promise<void> {
  const { stack, report, args } = given;
  const { seed, minutes, tenants: count } = sizeOf(args);
  report.line(`Seed ${seed}, ${minutes} minutes, ${count} tenants.`);
  const controlPlane = await stack.startControlPlane({ env: chaosEnvironment });
  const numbers = Array.from({ length: count }, (_, index) => `15550103${String(index).padStart(3, '0')}`);
  const tenants = await linkTenants(stack, controlPlane, numbers);
  const steps = planChaos({ seed, durationMs: minutes * 60_000, tenants: count });
  const outcome = await runChaos(stack, controlPlane, tenants, steps);

  for (const [fault, times] of outcome.injected) report.add(fault, String(times));
  report.add('met nothing', String(outcome.missed));
  report.addTimes('not green, each time', outcome.spellsMs);
  report.add('last fault → all green', `${(outcome.lastRepairMs / 1_000).toFixed(1)} s`);
  const { most, samples, longestGapMs } = outcome.census;
  report.add(
    'most browsers of one tenant',
    `${most} (${samples} samples, at most ${longestGapMs.toFixed(0)} ms apart)`,
  );
}

function sizeOf(args: string[]): { seed: number; minutes: number; tenants: number } {
  const options = {
    seed: { type: 'string' },
    minutes: { type: 'string' },
    tenants: { type: 'string' },
  } as const;
  const { values } = parseArgs({ args, options });
  const whole = (name: keyof typeof options, otherwise: number) => {
    const value = Number(values[name] ?? otherwise);
    if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} must be a whole number from 1.`);
    return value;
  };
  return { seed: whole('seed', 1), minutes: whole('minutes', 10), tenants: whole('tenants', 20) };
}
