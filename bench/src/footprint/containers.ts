import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import {
  asAdmin,
  buildImage,
  openEventStream,
  startContainerStack,
  startStack,
  startTestEngine,
  startTestServer,
  stopTestServer,
  type Stack,
  type TestEngine,
} from '@wafleet/testing';
import { size } from '../config';
import { memoryPerTenant } from './footprint';
import { describePostgres } from '../machine';
import type { Report } from '../report';
import { addTenant, type LinkedTenant, restartTenant } from '../tenants';

const mib = 2 ** 20;
const untilMemoryIsReportedMs = 35_000;
const images = ['worker', 'control-plane', 'web', 'firewall'];

/** What a container costs a tenant, beside a process; and how large the images are. */
export async function measureContainers(report: Report): Promise<void> {
  report.line(describePostgres(true));
  await startTestServer({ isDurable: true });
  try {
    await measured('process', await startStack(), report);
    const engine = await startTestEngine();
    if (engine === null) throw new Error('There is no Docker Engine here to measure on.');
    try {
      await measured('container', await startContainerStack(engine), report, engine);
      await measureImages(engine, report);
    } finally {
      await engine.stop();
    }
  } finally {
    await stopTestServer();
  }
}

async function measured(kind: string, stack: Stack, report: Report, engine?: TestEngine): Promise<void> {
  try {
    const controlPlane = await stack.startControlPlane();
    const stream = await openEventStream(`${controlPlane.url}/admin/events`, asAdmin(stack.adminKey));
    const tenants: LinkedTenant[] = [];
    for (let index = 1; index <= size.tenants; index += 1)
      tenants.push(await addTenant(stack, controlPlane, stream, index));
    const times = (pick: (tenant: LinkedTenant) => number) => tenants.map(pick);
    report.addTimes(
      `${kind}: create → QR`,
      times((tenant) => tenant.createToQrMs),
    );
    const restarts: number[] = [];
    for (const tenant of tenants) restarts.push(await restartTenant(controlPlane, stream, tenant));
    report.addTimes(`${kind}: restart → CONNECTED`, restarts);
    await delay(untilMemoryIsReportedMs);
    const { totalMiB, nodeMiB, browserMiB } = await memoryPerTenant(controlPlane, tenants);
    const parts = `node ${nodeMiB.toFixed(1)}, Chromium ${browserMiB.toFixed(1)}`;
    report.add(`${kind}: memory per tenant, ${size.tenants} idle`, `${totalMiB.toFixed(1)} MiB (${parts})`);
    if (engine !== undefined) report.add(`${kind}: memory of its control group`, await groupMemory(engine));
    stream.stop();
  } finally {
    await stack.stop();
  }
}

/** What the limit is held against: with the kernel's own and the cache of files, shared pages at whom they came first. */
async function groupMemory(engine: TestEngine): Promise<string> {
  const ids = (await engine.docker(['ps', '--no-trunc', '--quiet', '--filter', 'label=wafleet.tenant']))
    .split('\n')
    .filter(Boolean);
  const used = ids.map((id) => groupBytes(id) / mib).sort((a, b) => a - b);
  const [least = 0] = used;
  const most = used.at(-1) ?? 0;
  return `${least.toFixed(0)} to ${most.toFixed(0)} MiB`;
}

function groupBytes(id: string): number {
  for (const path of [
    `/sys/fs/cgroup/memory/docker/${id}/memory.usage_in_bytes`,
    `/sys/fs/cgroup/docker/${id}/memory.current`,
    `/sys/fs/cgroup/system.slice/docker-${id}.scope/memory.current`,
  ]) {
    try {
      return Number(readFileSync(path, 'utf8'));
    } catch {
      // Of another version of control groups.
    }
  }
  return Number.NaN;
}

async function measureImages(engine: TestEngine, report: Report): Promise<void> {
  for (const name of images) {
    const image = await buildImage(engine, name);
    const bytes = Number(await engine.docker(['image', 'inspect', '--format', '{{.Size}}', image]));
    report.add(`image ${image}`, `${(bytes / mib).toFixed(0)} MiB`);
  }
}
