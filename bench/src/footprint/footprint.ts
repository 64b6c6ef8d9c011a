import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { ControlPlane } from '@wafleet/testing';
import type { BenchTenant } from '../tenants';

const mib = 2 ** 20;
const clockTicksPerSecond = 100;

export interface Memory {
  nodeMiB: number;
  browserMiB: number;
  totalMiB: number;
}

/** Mean proportional set size per tenant, as the workers report it of themselves. */
export async function memoryPerTenant(
  controlPlane: ControlPlane,
  tenants: readonly BenchTenant[],
): Promise<Memory> {
  const views = await Promise.all(
    tenants.map(({ id }) => controlPlane.admin.get(`/admin/tenants/${id}/status`)),
  );
  const mean = (pick: (memory: any) => number) =>
    views.reduce((sum, view) => sum + pick(view.worker.memory), 0) / views.length / mib;
  const nodeMiB = mean((memory) => memory.nodeBytes);
  const browserMiB = mean((memory) => memory.browserBytes);
  return { nodeMiB, browserMiB, totalMiB: nodeMiB + browserMiB };
}

/** Share of one core that a process used over the given time, in percent. */
export async function cpuPercent(pid: number, seconds: number): Promise<number> {
  const before = cpuSeconds(pid);
  const started = performance.now();
  await delay(seconds * 1_000);
  return ((cpuSeconds(pid) - before) / ((performance.now() - started) / 1_000)) * 100;
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / clockTicksPerSecond;
}
