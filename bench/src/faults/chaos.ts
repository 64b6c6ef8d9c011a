import { parseArgs } from 'node:util';
import { chaosEnvironment, planChaos, runChaos, startFleet } from '@wafleet/testing';
import { atLeastOne, numbersFrom } from '../arguments';
import { followed } from './followed';
import { describePostgres } from '../machine';
import type { Report } from '../report';

/** Random faults for minutes, from a seed. `chaos [--seed 1] [--minutes 10] [--tenants 20]` */
export async function measureChaos(report: Report, args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string', default: '1' },
      minutes: { type: 'string', default: '10' },
      tenants: { type: 'string', default: '20' },
    },
  });
  const seed = atLeastOne('--seed', values.seed);
  const minutes = atLeastOne('--minutes', values.minutes);
  const count = atLeastOne('--tenants', values.tenants);
  report.line(`Seed ${seed}, ${minutes} minutes, ${count} tenants. ${describePostgres(false)}`);
  const fleet = await startFleet({
    numbers: numbersFrom('15550103', count),
    env: chaosEnvironment,
  });
  try {
    const steps = planChaos({ seed, durationMs: minutes * 60_000, tenants: count });
    const outcome = await runChaos(fleet, steps, followed(report, steps.length));
    for (const [fault, times] of outcome.injected) report.add(fault, String(times));
    report.add('met nothing', String(outcome.missed));
    if (outcome.spellsMs.length > 0) report.addTimes('not green, each time', outcome.spellsMs);
    report.add('last fault → all green', `${(outcome.lastRepairMs / 1_000).toFixed(1)} s`);
    const { most, samples, longestGapMs } = outcome.census;
    const gap = `at most ${longestGapMs.toFixed(0)} ms apart`;
    report.add('most browsers of one tenant', `${most} (${samples} samples, ${gap})`);
  } finally {
    await fleet.stop();
  }
}
