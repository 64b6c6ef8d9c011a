import type { Reason } from '@wafleet/contracts';
import { callStandin } from '../stack/standin-control';
import type { ControlPlane } from '../stack/control-plane';
import type { Stack } from '../stack/stack';
import { scan, type LinkedTenant } from './linked-tenants';
import { NothingToMeetError } from './nothing-to-meet';
import { processInRole, type ProcessRole, type TenantProcess } from './tenant-processes';

/** What a fault meets: one tenant that works, and the processes it has just then. */
export interface Scene {
  stack: Stack;
  controlPlane: ControlPlane;
  tenant: LinkedTenant;
  processes: readonly TenantProcess[];
}

/** Something real that breaks, and what is promised about it. */
export interface Fault {
  /** Completes "when …". */
  title: string;
  /** Where the failure comes from: ids of docs/failure-modes.md. */
  rows: readonly string[];
  inject(scene: Scene): Promise<void>;
  /** Ends a fault that lasts, or does what a person is asked to; it heals only afterwards. */
  mend?(scene: Scene): Promise<void>;
  /** Switches off afterwards what it heals in spite of. */
  undo?(scene: Scene): Promise<void>;
  /** How the status names it: one of these comes, and where there is `mend`, before it. */
  reasons: readonly Reason[];
  /** What the status may name on the way there; `probe_overdue` always may. */
  passing?: readonly Reason[];
  /**
   * - `heals`: no longer green, and green again by itself
   * - `holds`: the browser and its session are kept; green may pause for a moment
   * - `person`: ERROR, and a person is told what to do
   */
  outcome: 'heals' | 'holds' | 'person';
  /** It happens to WhatsApp's server or the network, so all tenants meet it. */
  meetsAll?: boolean;
}

/** The kernel's signal to one process of the tenant. */
export function signal(role: ProcessRole, name: NodeJS.Signals): Fault['inject'] {
  return async ({ processes, tenant }) => {
    process.kill(processInRole(processes, tenant.id, role), name);
  };
}

/** What happens once to the tenant's page or its connection. */
export function happenToPage(path: string, body: object = {}): Fault['inject'] {
  return async ({ stack, tenant }) => {
    const { pages } = await callStandin(stack, 'POST', path, { number: tenant.number, ...body });
    if (pages === 0) throw new NothingToMeetError(`${path} met no page of ${tenant.number}`);
  };
}

/** What lasts for the tenant's account until `mended`, which ends nothing else. */
export function switchOn(faults: object): Fault['inject'] {
  return async ({ stack, tenant }) => {
    await callStandin(stack, 'POST', '/faults', { number: tenant.number, faults });
  };
}

/** What lasts for everybody until `mendedForAll`: a page says whose it is only when it has loaded. */
export function switchOnForAll(faults: object): Fault['inject'] {
  return async ({ stack }) => {
    await callStandin(stack, 'POST', '/faults', { faults });
  };
}

export async function mended({ stack, tenant }: Pick<Scene, 'stack' | 'tenant'>): Promise<void> {
  await callStandin(stack, 'DELETE', `/faults?number=${tenant.number}`);
}

export async function mendedForAll({ stack }: Pick<Scene, 'stack'>): Promise<void> {
  await callStandin(stack, 'DELETE', '/faults');
}

export function inTurn(...acts: Fault['inject'][]): Fault['inject'] {
  return async (scene) => {
    for (const act of acts) await act(scene);
  };
}

/** A person starts what is parked; where the link is gone, the phone scans again. */
export function startedAgain(options: { scans: boolean }): Fault['inject'] {
  return async ({ stack, controlPlane, tenant }) => {
    await controlPlane.admin.post(`/admin/tenants/${tenant.id}/worker/start`);
    if (options.scans) await scan(stack, controlPlane, tenant);
  };
}
