import { parseArgs } from 'node:util';
import {
  asAdmin,
  type EventStream,
  type Fault,
  faults,
  type Fleet,
  type FleetFault,
  fleetFaults,
  forgetsQuickly,
  heal,
  type Healing,
  healFleet,
  mendedForAll,
  openEventStream,
  startFleet,
  untilGreen,
} from '@wafleet/testing';
import { atLeastOne, numbersFrom } from '../arguments';
import { describePostgres } from '../machine';
import type { Report } from '../report';
import { summarise } from '../statistics';

const tenantCount = 5;
/** A minute, as the restart of a machine or an update may take. */
const outageMs = 60_000;
/** These wait for a deadline of a minute or more, which is what they measure: once is enough. */
const deadlines = ['page_timeout', 'auth_timeout', 'ready_timeout'];

/**
 * How soon each fault is seen, and how soon it is repaired. One that is not repaired is reported, and the others go on.
 * `heal [--rounds 5] [--only PART-OF-A-NAME]`
 */
export async function measureHealing(report: Report, args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { rounds: { type: 'string', default: '5' }, only: { type: 'string', default: '' } },
  });
  const rounds = atLeastOne('--rounds', values.rounds);
  report.line(describePostgres(true));
  const isChosen = ([name]: [string, unknown]) => name.includes(values.only);
  const fleet = await startFleet({
    numbers: numbersFrom('15550101', tenantCount),
    isDurable: true,
    env: {
      SUPERVISION: JSON.stringify(forgetsQuickly.supervision),
      WORKER_DEADLINES: JSON.stringify({ reconnect: forgetsQuickly.reconnect }),
    },
  });
  try {
    for (const [, fault] of Object.entries<Fault>(faults).filter(isChosen))
      if (fault.outcome === 'heals') await reported(report, fault, () => measure(fleet, fault, rounds));
    for (const [, fault] of Object.entries<FleetFault>(fleetFaults).filter(isChosen))
      await reported(report, fault, () => measureFleet(fleet, fault, rounds));
  } finally {
    await fleet.stop();
  }
}

async function reported(
  report: Report,
  { title, mend }: Pick<Fault | FleetFault, 'title' | 'mend'>,
  measured: () => Promise<Times>,
): Promise<void> {
  try {
    const { lostMs, greenMs } = await measured();
    const lost = lostMs.length === 0 ? 'never' : each(lostMs);
    report.add(title, `not green ${lost}; green again ${each(greenMs)}${mend ? ' after its end' : ''}`);
  } catch (error) {
    report.add(title, `FAILED: ${error instanceof Error ? error.message : String(error)}`);
  }
}

interface Times {
  lostMs: number[];
  greenMs: number[];
}

/** Each round meets another tenant; seen by a receiver of the live stream. */
async function measure(fleet: Fleet, fault: Fault, rounds: number): Promise<Times> {
  const { stack, controlPlane, tenants } = fleet;
  const isSlow = fault.reasons.some((reason) => deadlines.includes(reason));
  const healings: Healing[] = [];
  const stream: EventStream = await openEventStream(
    `${controlPlane.url}/admin/events`,
    asAdmin(stack.adminKey),
  );
  try {
    for (let round = 0; round < (isSlow ? 1 : rounds); round += 1) {
      const tenant = tenants[round % tenants.length] as (typeof tenants)[number];
      healings.push(await heal(fault, { stack, controlPlane, tenant }, stream));
      await untilGreen(controlPlane, tenants);
    }
  } finally {
    stream.stop();
    await mendedForAll({ stack });
  }
  return {
    lostMs: healings.map(({ untilNotGreenMs }) => untilNotGreenMs),
    greenMs: healings.map(({ untilGreenMs }) => untilGreenMs),
  };
}

/** All tenants together; seen by somebody who asks the API again and again. */
async function measureFleet(fleet: Fleet, fault: FleetFault, rounds: number): Promise<Times> {
  const times: Times = { lostMs: [], greenMs: [] };
  for (let round = 0; round < (fault.mend ? 1 : rounds); round += 1) {
    const { untilNotGreenMs, untilGreenMs } = await healFleet(fault, fleet, { lastsMs: outageMs });
    if (untilNotGreenMs !== null) times.lostMs.push(untilNotGreenMs);
    times.greenMs.push(untilGreenMs);
  }
  return times;
}

function each(values: readonly number[]): string {
  const { n, p50, max } = summarise(values);
  return n === 1 ? `${seconds(p50)} (once)` : `${seconds(p50)} (median of ${n}, worst ${seconds(max)})`;
}

const seconds = (ms: number) => (ms < 1_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1_000).toFixed(2)} s`);
