import {
  asAdmin,
  callStandin,
  type ControlPlane,
  eventually,
  openEventStream,
  type Stack,
  startStack,
  startTestServer,
  stopTestServer,
} from '@wafleet/testing';
import { describePostgres } from '../machine';
import type { Report } from '../report';
import { addTenant, type BenchTenant, untilEvent } from '../tenants';

const rounds = 10;
const sender = '15550101999';

/** What a snapshot of a login weighs, how long it takes, and for how long the browser stands still, with messages flowing. */
export async function measureSnapshots(report: Report): Promise<void> {
  report.line(describePostgres(true));
  await startTestServer({ isDurable: true });
  try {
    const stack = await startStack({ env: settings({ check: false }) });
    await measure(stack, report).finally(() => stack.stop());
  } finally {
    await stopTestServer();
  }
}

const settings = (more: object) => ({
  SNAPSHOTS: JSON.stringify({ everyMs: 0, atStop: false, keep: 100, sweepMs: 1_000, ...more }),
});

async function measure(stack: Stack, report: Report): Promise<void> {
  const controlPlane = await stack.startControlPlane();
  const stream = await openEventStream(`${controlPlane.url}/admin/events`, asAdmin(stack.adminKey));
  try {
    const tenant = await addTenant(stack, controlPlane, stream, 0);
    await callStandin(stack, 'PUT', `/users/${sender}`, { name: 'Sender' });
    await eventually(
      async () => (await controlPlane.admin.get(path(tenant, '/status'))).session.linkIsDurable,
      { timeoutMs: 60_000, what: 'a durable link' },
    );
    let isFlowing = true;
    const flow = (async () => {
      for (let number = 0; isFlowing; number += 1)
        await callStandin(stack, 'POST', `/users/${sender}/send`, { to: tenant.number, body: `${number}` });
    })();
    const taken = await takeAll(controlPlane, tenant).finally(() => {
      isFlowing = false;
    });
    await flow;
    report.addTimes('asked → stored and read back', taken.times);
    report.addTimes('browser stands still', taken.frozen);
    report.add(
      'size in the store',
      `${kilobytes(taken.last.bytes)}, of ${kilobytes(taken.last.contentBytes)}`,
    );
    report.add(
      'largest',
      taken.last.largest
        .slice(0, 3)
        .map((one: any) => `${one.path} ${kilobytes(one.bytes)}`)
        .join(', '),
    );

    const restored: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const asked = performance.now();
      await controlPlane.admin.post(path(tenant, `/snapshots/${taken.last.id}/restore`), {
        acceptRollback: true,
      });
      const isBack = (event: any) => event.tenantId === tenant.id && event.data.state === 'CONNECTED';
      restored.push((await untilEvent(stream, isBack, asked)) - asked);
    }
    report.addTimes('restore asked → CONNECTED', restored);
    await controlPlane.process.end('SIGTERM', 60_000);
    report.addTimes('started without a network', await checkAll(stack, tenant));
  } finally {
    stream.stop();
  }
}

async function takeAll(controlPlane: ControlPlane, tenant: BenchTenant) {
  const times: number[] = [];
  const frozen: number[] = [];
  let last: any = null;
  for (let round = 0; round < rounds; round += 1) {
    const asked = performance.now();
    const { id } = await controlPlane.admin.post(path(tenant, '/snapshots'));
    last = await eventually(
      async () => {
        const { items } = await controlPlane.admin.get(path(tenant, '/snapshots?limit=1'));
        return items[0].id === id && items[0].state === 'READY' ? items[0] : null;
      },
      { timeoutMs: 60_000, what: 'a snapshot', everyMs: 5 },
    );
    times.push(performance.now() - asked);
    frozen.push(last.frozenMs);
  }
  return { times, frozen, last };
}

/** From the end of one check to that of the next, beside a session that runs. */
async function checkAll(stack: Stack, tenant: BenchTenant): Promise<number[]> {
  const controlPlane = await stack.startControlPlane({ env: settings({ check: true }) });
  const checked = await eventually(
    async () => {
      const { items } = await controlPlane.admin.get(path(tenant, '/snapshots?limit=200'));
      return items.every((one: any) => one.checkedAt !== null) ? items : null;
    },
    { timeoutMs: 300_000, what: 'every snapshot to be checked', everyMs: 500 },
  );
  const bad = checked.find((one: any) => one.checkProblem !== null);
  if (bad !== undefined) throw new Error(`a good snapshot was found bad: ${bad.checkProblem}`);
  const ends = checked.map((one: any) => Date.parse(one.checkedAt)).sort((a: number, b: number) => a - b);
  return ends.slice(1).map((end: number, index: number) => end - ends[index]);
}

function path({ id }: BenchTenant, rest: string): string {
  return `/admin/tenants/${id}${rest}`;
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1_024)} KiB`;
}
