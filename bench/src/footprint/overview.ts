import { setTimeout as delay } from 'node:timers/promises';
import {
  asAdmin,
  openEventStream,
  startStack,
  startTestServer,
  stopTestServer,
  type Stack,
} from '@wafleet/testing';
import { size } from '../config';
import { cpuPercent, memoryPerTenant } from './footprint';
import { describePostgres } from '../machine';
import { inboundLatencies, sendLatencies } from '../speed/messages';
import type { Report } from '../report';
import { addTenant, type LinkedTenant, restartTenant } from '../tenants';

/** Every worker measures its memory within this time; no event tells when. */
const untilMemoryIsReportedMs = 35_000;

/** What one tenant costs, and how fast the everyday things are. */
export async function measureOverview(report: Report): Promise<void> {
  report.line(describePostgres(true));
  await startTestServer({ isDurable: true });
  try {
    const stack = await startStack();
    await overview(stack, report).finally(() => stack.stop());
  } finally {
    await stopTestServer();
  }
}

async function overview(stack: Stack, report: Report): Promise<void> {
  const controlPlane = await stack.startControlPlane();
  const stream = await openEventStream(`${controlPlane.url}/admin/events`, asAdmin(stack.adminKey));
  const tenants: LinkedTenant[] = [];
  const memoryAt = async (label: string) => {
    await delay(untilMemoryIsReportedMs);
    const { totalMiB, nodeMiB, browserMiB } = await memoryPerTenant(controlPlane, tenants);
    const parts = `node ${nodeMiB.toFixed(1)}, Chromium ${browserMiB.toFixed(1)}`;
    report.add(`memory per tenant, ${label}`, `${totalMiB.toFixed(1)} MiB (${parts})`);
  };

  for (let index = 1; index <= size.tenants; index += 1) {
    tenants.push(await addTenant(stack, controlPlane, stream, index));
    if (index === 1 || index === 5 || index === size.tenants) await memoryAt(`${index} idle`);
  }
  report.addTimes(
    'create → QR',
    tenants.map((tenant) => tenant.createToQrMs),
  );
  report.addTimes(
    'scan → CONNECTED',
    tenants.map((tenant) => tenant.scanToConnectedMs),
  );

  const cpu = await cpuPercent(controlPlane.process.pid, size.idleSeconds);
  const over = `${size.idleSeconds} s`;
  report.add(`control plane, ${size.tenants} idle tenants`, `${cpu.toFixed(2)} % of a core over ${over}`);

  report.addTimes('inbound → stored → SSE', await inboundLatencies(stack, stream, tenants, size.messages));
  const sends = await sendLatencies(stack, controlPlane, stream, tenants, size.messages);
  report.addTimes('send → 202', sends.acceptedMs);
  report.addTimes('send → at the user', sends.atUserMs);
  await memoryAt(`${size.tenants}, after ${size.messages} messages each way`);

  const restarts: number[] = [];
  for (const tenant of tenants) restarts.push(await restartTenant(controlPlane, stream, tenant));
  report.addTimes('restart → CONNECTED', restarts);
  stream.stop();
}
