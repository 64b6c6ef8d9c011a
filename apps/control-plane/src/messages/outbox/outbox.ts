import type { TenantId } from '@wafleet/contracts';
import { createOutageLog, DeadlineError, withDeadline } from '@wafleet/runtime';
import type { EventBus } from '../../live/event-bus';
import type { MessageExpiry } from '../expire-messages';
import { inBatches } from '../../scheduling/batches';
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
  /** Takes up what an earlier control plane left, then keeps looking for what nobody woke it for. */
  start(): void;
  /** Begins nothing more and waits a few seconds for answers; what stays open is taken up by the next start. */
  stop(): Promise<void>;
}

export function createOutbox(
  given: Omit<SendDeps, 'begin'> & {
    bus: Pick<EventBus, 'subscribe'>;
    expiry: Pick<MessageExpiry, 'expireDue'>;
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
  let isRunning = false;

  function wake(tenantId: TenantId): void {
    if (!isRunning) return;
    const outbox = tenants.get(tenantId) ?? createTenantOutbox(deps, tenantId);
    tenants.set(tenantId, outbox);
    outbox.wake();
  }

  async function sweep(): Promise<void> {
    for (const [tenantId, outbox] of tenants) if (outbox.isIdle()) tenants.delete(tenantId);
    await deps.expiry.expireDue();
    for (const tenantId of await tenantsWithOpenMessages(deps.db)) wake(tenantId);
  }

  return {
    wake,

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
      const ended = Promise.all([sweeps.stop(), ...[...tenants.values()].map((outbox) => outbox.stop())]);
      try {
        await withDeadline(ended, stopTimeoutMs, 'sending');
      } catch (error) {
        if (!(error instanceof DeadlineError)) throw error;
        deps.log.info({ stopTimeoutMs }, 'stopped with sends under way; the next start finds out about them');
      }
    },
  };
}
