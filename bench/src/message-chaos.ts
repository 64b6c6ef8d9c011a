import { parseArgs } from 'node:util';
import { chaosEnvironment, MessageTraffic, planChaos, runChaos, startFleet } from '@wafleet/testing';
import { atLeastOne, numbersFrom } from './arguments';
import { followed } from './followed';
import { describePostgres } from './machine';
import type { Report } from './report';

/** What a plan of chaos has on average. */
const faultsPerMinute = 24;

/** Messages both ways through random faults. `message-chaos [--seed 1] [--faults 10000] [--tenants 5] [--chats 3]` */
export async function measureMessageChaos(report: Report, args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string', default: '1' },
      faults: { type: 'string', default: '10000' },
      tenants: { type: 'string', default: '5' },
      chats: { type: 'string', default: '3' },
    },
  });
  const seed = atLeastOne('--seed', values.seed);
  const faults = atLeastOne('--faults', values.faults);
  const tenants = atLeastOne('--tenants', values.tenants);
  const chatsPerTenant = atLeastOne('--chats', values.chats);
  report.line(
    `Seed ${seed}, ${faults} faults, ${tenants} tenants with ${chatsPerTenant} chats each. ${describePostgres(true)}`,
  );
  const fleet = await startFleet({
    numbers: numbersFrom('15550104', tenants),
    isDurable: true,
    env: chaosEnvironment,
  });
  try {
    const traffic = new MessageTraffic(fleet, { chatsPerTenant, everyMs: 1_000 });
    await traffic.start();
    const durationMs = Math.ceil((2 * faults) / faultsPerMinute) * 60_000;
    const steps = planChaos({ seed, durationMs, tenants, sharedFaultEvery: 3 }).slice(0, faults);
    const outcome = await runChaos(fleet, steps, followed(report, steps.length));
    const { inbound, outbound, broken, uncertain } = await traffic.finish();
    for (const [fault, times] of outcome.injected) report.add(fault, String(times));
    report.add('met nothing', String(outcome.missed));
    report.add('messages in', String(inbound));
    report.add('messages out', String(outbound));
    report.add(
      'uncertain',
      `${uncertain.length}, of which ${uncertain.filter(({ hasArrived }) => hasArrived).length} had arrived`,
    );
    for (const window of new Set(uncertain.map((one) => one.window)))
      report.add(`uncertain: ${window}`, String(uncertain.filter((one) => one.window === window).length));
    report.add('promises broken', String(broken.length));
    for (const problem of broken) report.line(`    ${problem}`);
    if (broken.length > 0) process.exitCode = 1;
  } finally {
    await fleet.stop();
  }
}
