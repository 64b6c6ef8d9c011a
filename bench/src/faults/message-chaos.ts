import { parseArgs } from 'node:util';
import { messageChaosEnvironment, MessageTraffic, planChaos, runChaos, startFleet } from '@wafleet/testing';
import { atLeastOne, numbersFrom } from '../arguments';
import { followed } from './followed';
import { describePostgres } from '../machine';
import type { Report } from '../report';

/** Those that meet all tenants last some seconds, and come one after the other. */
const sharedFaultsPerMinute = 8;

/** Messages both ways through random faults, told to programs in random trouble. `message-chaos [--seed 1] [--faults 10000] [--per-minute 24] [--minutes 10] [--tenants 5] [--chats 3]` */
export async function measureMessageChaos(report: Report, args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string', default: '1' },
      faults: { type: 'string', default: '10000' },
      'per-minute': { type: 'string', default: '24' },
      minutes: { type: 'string' },
      tenants: { type: 'string', default: '5' },
      chats: { type: 'string', default: '3' },
    },
  });
  const seed = atLeastOne('--seed', values.seed);
  const faults = atLeastOne('--faults', values.faults);
  const perMinute = atLeastOne('--per-minute', values['per-minute']);
  const tenants = atLeastOne('--tenants', values.tenants);
  const chatsPerTenant = atLeastOne('--chats', values.chats);
  report.line(
    `Seed ${seed}, ${faults} faults, ${perMinute} a minute, ${tenants} tenants with ${chatsPerTenant} chats each. ${describePostgres(true)}`,
  );
  const fleet = await startFleet({
    numbers: numbersFrom('15550104', tenants),
    isDurable: true,
    env: messageChaosEnvironment,
  });
  const traffic = new MessageTraffic(fleet, { chatsPerTenant, everyMs: 1_000, seed });
  try {
    await traffic.start();
    // Longer than it takes, because some faults meet nothing.
    const durationMs = Math.ceil((4 * faults) / perMinute) * 60_000;
    const sharedFaultEvery = Math.max(3, perMinute / sharedFaultsPerMinute);
    const steps = planChaos({ seed, durationMs, tenants, perMinute, sharedFaultEvery });
    const maxMinutes = values.minutes === undefined ? undefined : atLeastOne('--minutes', values.minutes);
    const startedAt = performance.now();
    const options = { ...followed(report, faults, { maxMinutes }), enough: faults };
    const outcome = await runChaos(fleet, steps, options).catch((error: unknown) => {
      report.line(`The faults ended before their time: ${String(error)}`);
      process.exitCode = 1;
      return null;
    });
    const minutes = (performance.now() - startedAt) / 60_000;
    // What was sent until then is judged in any case.
    const { inbound, outbound, broken, uncertain } = await traffic.finish();
    for (const [fault, times] of outcome?.injected ?? []) report.add(fault, String(times));
    const met = outcome?.met ?? 0;
    report.add('faults', `${met} in ${minutes.toFixed(1)} min, ${(met / minutes).toFixed(1)}/min`);
    report.add('met nothing', String(outcome?.missed ?? 'not known'));
    for (const [trouble, times] of traffic.programTroubles)
      report.add(`receiver of webhooks: ${trouble}`, String(times));
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
    await traffic.stop();
    await fleet.stop();
  }
}
