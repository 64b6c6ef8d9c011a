import type { Reason, TenantStatus } from '@wafleet/contracts';
import { eventually } from '../eventually';
import type { EventStream } from '../stack/event-stream';
import type { Fault, Scene } from './fault';
import { statusOf } from './linked-tenants';
import { findTenantProcesses } from './tenant-processes';

/** Settings of a stack on which being well for a second counts as for ever, so that each fault meets a clean slate. */
export const forgetsQuickly = {
  supervision: { restart: { healthyMs: 1_000 } },
  reconnect: { stableMs: 1_000 },
};

export type Place = Omit<Scene, 'processes'>;

/** What a receiver of the live stream saw of one fault. Times are its own, in milliseconds. */
export interface Healing {
  /** From the fault to a status that is not green. */
  untilNotGreenMs: number;
  /** To green again: from the fault, or from its end where it lasted. */
  untilGreenMs: number;
  /** What the statuses named, in their order. */
  reasons: Reason[];
}

/** Lets the fault meet the tenant, ends it where it lasts, and waits until the tenant is green again. */
export async function heal(fault: Fault, place: Place, stream: EventStream): Promise<Healing> {
  const { scene, injectedAt, until, reasons } = await meet(fault, place, stream);
  const lostAt = await until(({ status }) => status !== 'ACTIVE', injectedAt);
  let since = injectedAt;
  if (fault.mend) {
    // It ends only once it has been named.
    await until(({ reason }) => reason !== null && fault.reasons.includes(reason), injectedAt);
    since = performance.now();
    await fault.mend(scene);
  }
  const backAt = await until(({ status }) => status === 'ACTIVE', Math.max(since, lostAt));
  await fault.undo?.(scene);
  return { untilNotGreenMs: lostAt - injectedAt, untilGreenMs: backAt - since, reasons: reasons() };
}

/** Lets the fault meet the tenant, and waits until its page is proven anew. @returns what the statuses named */
export async function hold(fault: Fault, place: Place, stream: EventStream): Promise<Reason[]> {
  const { controlPlane, tenant } = place;
  const { scene, reasons } = await meet(fault, place, stream);
  const injectedAt = Date.now();
  await eventually(
    async () => {
      const { status, session } = await statusOf(controlPlane, tenant.id);
      return status === 'ACTIVE' && Date.parse(session.lastSeenAt) > injectedAt + settledMs;
    },
    { timeoutMs: shownWithinMs, what: `a proof after: ${fault.title}`, everyMs: 100 },
  );
  await fault.undo?.(scene);
  return reasons();
}

interface Shown {
  status: TenantStatus;
  reason: Reason | null;
}

/** Longer than the longest deadline of a phase. */
const shownWithinMs = 150_000;
/** What a page does at once is over by then. */
const settledMs = 3_000;

async function meet(fault: Fault, place: Place, stream: EventStream) {
  const { tenant, controlPlane, stack } = place;
  await untilWellForLong(place);
  const scene: Scene = { ...place, processes: findTenantProcesses(stack.tenantsDir) };
  const before = stream.events.length;
  const injectedAt = performance.now();
  await fault.inject(scene);
  const shown = () =>
    stream.events
      .slice(before)
      .filter(({ type, tenantId }) => type === 'tenant.status' && tenantId === tenant.id)
      .map(({ data, receivedAt }) => ({ ...(data as unknown as Shown), receivedAt }));

  /** When the tenant was first shown like this, not before `since`. */
  const until = async (isSo: (one: Shown) => boolean, since: number): Promise<number> => {
    const found = await eventually(() => shown().find((one) => one.receivedAt >= since && isSo(one)), {
      timeoutMs: shownWithinMs,
      everyMs: 5,
      what: async () =>
        `the status after: ${fault.title}; shown: ${JSON.stringify(shown())}; now: ` +
        JSON.stringify(await statusOf(controlPlane, tenant.id)),
    });
    return found.receivedAt;
  };
  const reasons = () => [...new Set(shown().flatMap(({ reason }) => reason ?? []))];
  return { scene, injectedAt, until, reasons };
}

const longMs = 1_500;

/** Green for so long that earlier faults no longer count, see `forgetsQuickly`. */
export async function untilWellForLong({ controlPlane, tenant }: Place): Promise<void> {
  await eventually(
    async () => {
      const { status, since, attempt, session } = await statusOf(controlPlane, tenant.id);
      const isWell = status === 'ACTIVE' && session.linkIsDurable && attempt === 0;
      return isWell && Date.now() - Date.parse(since) >= longMs;
    },
    { timeoutMs: 60_000, what: 'a tenant that is well', everyMs: 100 },
  );
}
