import {
  asAdmin,
  type ControlPlane,
  type Fault,
  faults,
  findTenantProcesses,
  forgetsQuickly,
  heal,
  type Healing,
  linkTenants,
  openEventStream,
  type Stack,
  untilGreen,
} from '@wafleet/testing';
import type { Report } from './report';
import { summarise } from './statistics';

const tenantCount = 5;
/** These wait for a deadline of a minute or more, which is what they measure: once is enough. */
const deadlines = ['page_timeout', 'auth_timeout', 'ready_timeout'];

/** How long each fault is seen, and how long its repair takes. `heal [rounds]` */
export async function measureHealing(given: { stack: Stack; report: Report; args: string[] }): Promise<void> {
  const { stack, report, args } = given;
  const rounds = Number(args[0] ?? 5);
  const env = {
    SUPERVISION: JSON.stringify(forgetsQuickly.supervision),
    WORKER_DEADLINES: JSON.stringify({ reconnect: forgetsQuickly.reconnect }),
  };
  const controlPlane = await stack.startControlPlane({ env });
  const numbers = Array.from(
    { length: tenantCount },
    (_, index) => `155501011${String(index).padStart(2, '0')}`,
  );
  const tenants = await linkTenants(stack, controlPlane, numbers);
  const stream = await openEventStream(`${controlPlane.url}/admin/events`, asAdmin(stack.adminKey));

  for (const fault of Object.values<Fault>(faults).filter(({ outcome }) => outcome === 'heals')) {
    const isSlow = fault.reasons.some((reason) => deadlines.includes(reason));
    const healings: Healing[] = [];
    for (let round = 0; round < (isSlow ? 1 : rounds); round += 1) {
      const tenant = tenants[round % tenants.length] as (typeof tenants)[number];
      healings.push(await heal(fault, { stack, controlPlane, tenant }, stream));
      await untilGreen(controlPlane, tenants);
    }
    add(report, fault, healings);
  }
  stream.stop();
  await killEverything({ stack, report, rounds, env }, controlPlane, tenants);
}

function add(report: Report, { title, mend }: Fault, healings: readonly Healing[]): void {
  const lost = summarise(healings.map(({ untilNotGreenMs }) => untilNotGreenMs));
  const back = summarise(healings.map(({ untilGreenMs }) => untilGreenMs));
  const since = mend ? ' after its end' : '';
  const each = ({ p50, max }: typeof lost) => `${seconds(p50)} (worst ${seconds(max)})`;
  report.add(title, `not green ${each(lost)}; green again ${each(back)}${since}; n=${lost.n}`);
}

/** As a power cut does, but for Postgres: control plane, workers and browsers at once. */
async function killEverything(
  given: { stack: Stack; report: Report; rounds: number; env: Record<string, string> },
  controlPlane: ControlPlane,
  tenants: readonly { id: string }[],
): Promise<void> {
  const { stack, report, rounds, env } = given;
  const times: number[] = [];
  let current = controlPlane;
  for (let round = 0; round < rounds; round += 1) {
    const processes = findTenantProcesses(stack.tenantsDir);
    const killedAt = performance.now();
    const ended = current.process.end('SIGKILL');
    for (const { pid } of processes) killIfThere(pid);
    await ended;
    current = await stack.startControlPlane({ env });
    await untilGreen(current, tenants);
    times.push(performance.now() - killedAt);
  }
  const { p50, max, n } = summarise(times);
  report.add(
    `everything is killed, ${tenants.length} tenants`,
    `all green again ${seconds(p50)} (worst ${seconds(max)}), the control plane's own start included; n=${n}`,
  );
}

/** Its parent's end may have ended it already. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const seconds = (ms: number) => (ms < 1_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1_000).toFixed(2)} s`);
