import type { TenantId } from '@wafleet/contracts';
import { createOutageLog, DeadlineError, withDeadline } from '@wafleet/runtime';
import type { EventBus } from '../../live/event-bus';
import type { MessageExpiry } from '../expire-messages';
import type { ScheduledMessages } from '../scheduled-messages';
import { inBatches } from '../../scheduling/batches';
import { createLooks } from '../../scheduling/looks';
import { createSweep } from '../../scheduling/sweep';
import { createBeginAttempt } from './begin-attempt';
import { loadOpenMessages, tenantsWithOpenMessages } from './open-messages';
import type { SendDeps } from './take-send-step';
import { createTenantOutbox, type TenantOutbox } from './tenant-outbox';

const sweepIntervalMs = 15_000;
const stopTimeoutMs = 5_000;
/** That are looked at in one query. */
const maxTenantsTogether = 100;

/** Sends what is queued (README.md of this folder). One per installation may run at a time. */
export interface Outbox {
  /** Something changed for this tenant: a message was queued, its session connected, its link came back. */
  wake(tenantId: TenantId): void;
  /** A message was taken that is to be sent at this moment. */
  wakeAt(sendAt: Date): void;
  /** Takes up what an earlier control plane left, then keeps looking for what nobody woke it for. */
  start(): void;
  /** Begins nothing more and waits a few seconds for answers; what stays open is taken up by the next start. */
  stop(): Promise<void>;
}

export function createOutbox(
  given: Omit<SendDeps, 'begin'> & {
    bus: Pick<EventBus, 'subscribe'>;
    expiry: Pick<MessageExpiry, 'expireDue'>;
    scheduled: ScheduledMessages;
  },
): Outbox {
  const deps = {
    ...given,
    begin: createBeginAttempt(given),
    loadOpen: inBatches(maxTenantsTogether, (tenantIds: readonly TenantId[]) =>
      loadOpenMessages(given.db, tenantIds),
    ),
  };
  const tenants = new Map<TenantId, TenantOutbox>();
  const outage = createOutageLog(deps.log, 'messages to be sent');
  let unsubscribe: (() => void) | null = null;
  const sweeps = createSweep({ everyMs: sweepIntervalMs, work: sweep, outage });
  /** The next of those with a time of their own. */
  let due: { at: Date; handle: NodeJS.Timeout } | null = null;
  const releases = createLooks({ look: release, outage: createOutageLog(deps.log, 'messages that are due') });
  let isRunning = false;

  function wake(tenantId: TenantId): void {
    if (!isRunning) return;
    const outbox = tenants.get(tenantId) ?? createTenantOutbox(deps, tenantId);
    tenants.set(tenantId, outbox);
    outbox.wake();
  }

  /** Beyond the next sweep nothing needs to be set: that sweep sees it. */
  function wakeAt(at: Date): void {
    const inMs = Math.max(0, at.getTime() - deps.now().getTime());
    if (!isRunning || inMs > sweepIntervalMs || (due && due.at <= at)) return;
    if (due) clearTimeout(due.handle);
    due = { at, handle: setTimeout(() => releases.wake(), inMs) };
  }

  async function release(): Promise<void> {
    if (due) clearTimeout(due.handle);
    due = null;
    for (const tenantId of await deps.scheduled.releaseDue()) wake(tenantId);
    const next = await deps.scheduled.nextDueAt();
    if (next) wakeAt(next);
  }

  async function sweep(): Promise<void> {
    for (const [tenantId, outbox] of tenants) if (outbox.isIdle()) tenants.delete(tenantId);
    releases.wake();
    await deps.expiry.expireDue();
    for (const tenantId of await tenantsWithOpenMessages(deps.db)) wake(tenantId);
  }

  return {
    wake,
    wakeAt,

    start() {
      isRunning = true;
      // An ack that ends one message lets the next of its chat go.
      unsubscribe = deps.bus.subscribe(({ type, tenantId, data }) => {
        if (type !== 'message.status') return;
        const outbox = tenants.get(tenantId as TenantId);
        if (outbox?.isHolding(String(data.messageId))) outbox.wake();
      });
      sweeps.start();
    },

    async stop() {
      isRunning = false;
      unsubscribe?.();
      if (due) clearTimeout(due.handle);
      const ended = Promise.all([
        sweeps.stop(),
        releases.stop(),
        ...[...tenants.values()].map((outbox) => outbox.stop()),
      ]);
      try {
        await withDeadline(ended, stopTimeoutMs, 'sending');
      } catch (error) {
        if (!(error instanceof DeadlineError)) throw error;
        deps.log.info({ stopTimeoutMs }, 'stopped with sends under way; the next start finds out about them');
      }
    },
  };
}
