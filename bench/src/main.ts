import { asAdmin, openEventStream, startStack } from '@wafleet/testing';
import { cpuPercent, memoryPerTenant } from './footprint';
import { describeMachine } from './machine';
import { inboundLatencies, sendLatencies } from './messages';
import { summarise } from './statistics';
import { addTenant, type BenchTenant, restartTenant } from './tenants';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * One run of every figure in bench/README.md, on real parts and the stand-in. Prints as it goes; ends with a table.
 * `BENCH_TENANTS` (10), `BENCH_MESSAGES` (200) and `BENCH_IDLE_SECONDS` (60) shorten or lengthen it.
 */
async function main(): Promise<void> {
  const tenantCount = Number(process.env.BENCH_TENANTS ?? 10);
  const messageCount = Number(process.env.BENCH_MESSAGES ?? 200);
  const idleSeconds = Number(process.env.BENCH_IDLE_SECONDS ?? 60);
  const rows: [string, string][] = [];
  const report = (name: string, value: string) => {
    rows.push([name, value]);
    print(`  ${name}: ${value}`);
  };
  const times = (values: number[]) => {
    const { n, p50, p99 } = summarise(values);
    return `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms (n=${n})`;
  };

  print(`Machine: ${describeMachine()}`);
  print(
    `Workers as ${process.getuid?.() === 0 ? 'a user of their own each' : 'the calling user'}, sandbox on.`,
  );
  const stack = await startStack();
  try {
    const controlPlane = await stack.startControlPlane();
    const stream = await openEventStream(`${controlPlane.url}/admin/events`, asAdmin(stack.adminKey));
    const tenants: (BenchTenant & { createToQrMs: number; scanToConnectedMs: number })[] = [];
    const memoryAt = async (label: string) => {
      await delay(settleMs);
      const memory = await memoryPerTenant(controlPlane, tenants);
      report(
        `memory per tenant, ${label}`,
        `${memory.totalMiB.toFixed(1)} MiB (node ${memory.nodeMiB.toFixed(1)}, Chromium ${memory.browserMiB.toFixed(1)})`,
      );
    };
    for (let index = 1; index <= tenantCount; index += 1) {
      tenants.push(await addTenant(stack, controlPlane, stream, index));
      if (index === 1 || index === 5 || index === tenantCount) await memoryAt(`${index} idle`);
    }
    report('create → QR', times(tenants.map((tenant) => tenant.createToQrMs)));
    report('scan → CONNECTED', times(tenants.map((tenant) => tenant.scanToConnectedMs)));

    const cpu = await cpuPercent(controlPlane.process.pid, idleSeconds);
    report(
      `control plane, ${tenantCount} idle tenants`,
      `${cpu.toFixed(2)} % of a core over ${idleSeconds} s`,
    );

    report('inbound → stored → SSE', times(await inboundLatencies(stack, stream, tenants, messageCount)));
    const sends = await sendLatencies(stack, controlPlane, stream, tenants, messageCount);
    report('send → 202', times(sends.acceptedMs));
    report('send → at the user', times(sends.atUserMs));
    await memoryAt(`${tenantCount}, after ${messageCount} in and ${messageCount} out`);

    const restarts: number[] = [];
    for (const tenant of tenants) restarts.push(await restartTenant(controlPlane, stream, tenant));
    report('restart → CONNECTED', times(restarts));
    stream.stop();
  } finally {
    await stack.stop();
  }
  print(
    `\n| figure | measured |\n|---|---|\n${rows.map(([name, value]) => `| ${name} | ${value} |`).join('\n')}`,
  );
}

/** Until every worker has reported its memory at rest. */
const settleMs = 35_000;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

void main();
