import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { callStandin, eventually, type Fleet, startFleet } from '@wafleet/testing';
import { atLeastOne, numbersFrom } from '../arguments';
import { describePostgres } from '../machine';
import type { Report } from '../report';
import type { BenchTenant } from '../tenants';

const person = '15550109997';
const everyMs = 1_000;

/** How fast what comes in reaches tenants' own programs: durable first, then told. `webhooks [--tenants 10] [--steady 60] [--burst 500]` */
export async function measureWebhooks(report: Report, args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      tenants: { type: 'string', default: '10' },
      steady: { type: 'string', default: '60' },
      burst: { type: 'string', default: '500' },
    },
  });
  const steady = atLeastOne('--steady', values.steady);
  const burst = atLeastOne('--burst', values.burst);
  report.line(describePostgres(true));
  const receiver = await startReceiver();
  try {
    const fleet = await startFleet({
      numbers: numbersFrom('15550107', atLeastOne('--tenants', values.tenants)),
      isDurable: true,
      env: { WEBHOOKS: JSON.stringify({ allowHttp: true, networks: ['127.0.0.0/8'] }) },
    });
    try {
      await measure(report, fleet, receiver, { steady, burst });
    } finally {
      await fleet.stop();
    }
  } finally {
    await receiver.stop();
  }
}

async function measure(
  report: Report,
  { stack, controlPlane, tenants }: Fleet,
  receiver: Receiver,
  counts: { steady: number; burst: number },
): Promise<void> {
  for (const { id } of tenants)
    await controlPlane.admin.post(`/admin/tenants/${id}/webhooks`, {
      url: receiver.url,
      events: ['message.received'],
    });
  await callStandin(stack, 'PUT', `/users/${person}`, { name: 'Person' });

  const steadily: Arrival[] = [];
  for (let index = 0; index < counts.steady; index += 1) {
    const { number } = tenants[index % tenants.length] as BenchTenant;
    const body = `steady ${index}`;
    const sentAt = performance.now();
    await callStandin(stack, 'POST', `/users/${person}/send`, { to: number, body });
    steadily.push(...(await receiver.received([body], 1)).map((one) => ({ ...one, sentAt })));
    await delay(Math.max(0, sentAt + everyMs - performance.now()));
  }
  reportArrivals(report, 'inbound → webhook, 1/s', steadily);

  const each = Math.ceil(counts.burst / tenants.length);
  const bodies = Array.from({ length: each }, (_, index) => `burst ${index}`);
  const sentAt = performance.now();
  await Promise.all(
    tenants.map(({ number }) => callStandin(stack, 'POST', `/users/${person}/burst`, { to: number, bodies })),
  );
  const arrived = await receiver.received(bodies, each * tenants.length);
  const name = `inbound → webhook, burst, ${tenants.length} tenants`;
  reportArrivals(
    report,
    name,
    arrived.map((one) => ({ ...one, sentAt })),
  );
  const tookMs = Math.max(...arrived.map(({ at }) => at)) - sentAt;
  const rate = ((arrived.length / tookMs) * 1_000).toFixed(0);
  report.add(`${name}: rate`, `${rate}/s (${arrived.length} in ${(tookMs / 1_000).toFixed(2)} s)`);
}

/** Of one message: when it was sent, when its commit began, and when the receiver had it. */
interface Arrival {
  sentAt: number;
  committedAt: number;
  at: number;
}

function reportArrivals(report: Report, name: string, arrivals: readonly Arrival[]): void {
  report.addTimes(
    `${name}: sent → at the receiver`,
    arrivals.map(({ sentAt, at }) => at - sentAt),
  );
  report.addTimes(
    `${name}: commit begun → at the receiver`,
    arrivals.map(({ committedAt, at }) => at - committedAt),
  );
}

interface Receiver {
  url: string;
  /** The first so many deliveries of messages with these texts. */
  received(texts: readonly string[], count: number): Promise<Omit<Arrival, 'sentAt'>[]>;
  stop(): Promise<void>;
}

/** Every tenant's program in one: it answers at once, and notes when it was told. */
async function startReceiver(): Promise<Receiver> {
  const arrivals: { text: string; committedAt: number; at: number }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      const at = performance.now();
      response.writeHead(204).end();
      const event = JSON.parse(Buffer.concat(chunks).toString()) as { at: string; message: { body: string } };
      const committedAt = Date.parse(event.at) - performance.timeOrigin;
      arrivals.push({ text: event.message.body, committedAt, at });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async received(texts, count) {
      const wanted = new Set(texts);
      const found = () => arrivals.filter(({ text }) => wanted.has(text));
      await eventually(() => found().length >= count, {
        timeoutMs: 120_000,
        everyMs: 2,
        what: () => `${count} deliveries; now ${found().length}`,
      });
      return found();
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
