import { findTenantProcesses } from '../faults/tenant-processes';
import { killIfThere } from '../kill-if-there';
import type { Fleet } from './fleet';

/** What breaks for all tenants at once, and what is promised about it. It heals by itself, each of them. */
export interface FleetFault {
  /** Completes "when …". */
  title: string;
  /** Where the failure comes from: ids of docs/failure-modes.md. */
  rows: readonly string[];
  inject(fleet: Fleet): Promise<void>;
  /** Ends a fault that lasts. */
  mend?(fleet: Fleet): Promise<void>;
  /** Whether workers and browsers live through it. */
  workers: 'live' | 'die';
  /** What the API answers meanwhile: nothing, or that all is well. */
  api: 'away' | 'answers';
}

export const fleetFaults = {
  databaseStopped: {
    title: 'Postgres is stopped for a while',
    rows: ['D2'],
    inject: ({ database }) => database.interrupt(),
    mend: ({ database }) => database.resume(),
    workers: 'live',
    api: 'away',
  },
  queueStopped: {
    title: 'the queue is stopped for a while',
    rows: ['D2'],
    inject: async ({ queue }) => queue?.interrupt(),
    mend: async ({ queue }) => queue?.resume(),
    workers: 'live',
    api: 'answers',
  },
  controlPlaneKilled: {
    title: 'the control plane is killed',
    rows: ['D2'],
    inject: async ({ controlPlane }) => void (await controlPlane.process.end('SIGKILL')),
    workers: 'live',
    api: 'away',
  },
  controlPlaneStopped: {
    title: 'the control plane is stopped by a signal for a while',
    rows: ['D2'],
    inject: async ({ controlPlane }) => void process.kill(controlPlane.process.pid, 'SIGSTOP'),
    mend: async ({ controlPlane }) => void process.kill(controlPlane.process.pid, 'SIGCONT'),
    workers: 'live',
    api: 'away',
  },
  everythingKilled: {
    title: 'control plane, workers and browsers are killed at once',
    rows: ['D2', 'D6'],
    inject: killEverything,
    workers: 'die',
    api: 'away',
  },
} as const satisfies Record<string, FleetFault>;

export type FleetFaultName = keyof typeof fleetFaults;

async function killEverything({ stack, controlPlane }: Fleet): Promise<void> {
  const processes = findTenantProcesses(stack.tenantsDir);
  const ended = controlPlane.process.end('SIGKILL');
  for (const { pid } of processes) killIfThere(pid);
  await ended;
}
