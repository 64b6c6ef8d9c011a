import type { TenantId } from '@wafleet/contracts';
import { createOutageLog, DeadlineError, withDeadline } from '@wafleet/runtime';
import type { GuardedPoster } from '../../egress/guarded-post';
import type { JobQueue } from '../../jobs/job-queue';
import type { EventBus } from '../../live/event-bus';
import { createSweep } from '../../scheduling/sweep';
import { createEndpointLane, type EndpointLane, type LaneDeps } from './endpoint-lane';
import { createPlaces } from './places';
import { createOutcomeStore, type OnAttempt } from './store-outcomes';
import { findEndpoints } from './waiting-deliveries';

const stopTimeoutMs = 3_000;

/** Sends what waits for endpoints (README.md of this folder). One per installation may run at a time. */
export interface WebhookSender {
  /** An endpoint was made, changed or removed, or something is to be sent to it again. */
  changed(tenantId: TenantId, endpointId: string): void;
  /** Takes up what an earlier control plane left, then keeps looking for what nobody woke it for. */
  start(): void;
  /** Begins nothing more and waits some seconds for answers; what has none is sent again by the next start. */
  stop(): Promise<void>;
}

export type WebhookSenderDeps = Omit<
  LaneDeps,
  'poster' | 'storeOutcome' | 'places' | 'onPaused' | 'outage'
> & {
  poster: GuardedPoster;
  bus: Pick<EventBus, 'subscribe'>;
  jobs: Pick<JobQueue, 'add' | 'register'>;
  onAttempt?: OnAttempt | undefined;
};

export function createWebhookSender(deps: WebhookSenderDeps): WebhookSender {
  const { db, policy, jobs, now } = deps;
  const outage = createOutageLog(deps.log, 'webhooks of tenants');
  const storeOutcome = createOutcomeStore(deps);
  const places = createPlaces(policy.maxParallel);
  const lanes = new Map<string, EndpointLane>();
  /** Whom an event of a tenant wakes. */
  let endpoints = new Map<TenantId, Set<string>>();
  /** Those that were made or changed since the last sweep began to read. */
  let changedLately: [TenantId, string][] = [];
  let isRunning = false;
  let unsubscribe: () => void = () => undefined;
  const sweeps = createSweep({ everyMs: policy.sweepMs, work: sweep, outage });

  jobs.register('webhook.send', async ({ endpointId }) => laneOf(endpointId)?.wake());

  function laneOf(endpointId: string): EndpointLane | null {
    if (!isRunning) return null;
    const known = lanes.get(endpointId);
    if (known) return known;
    const log = deps.log.child({ webhookId: endpointId });
    const lane = createEndpointLane({ ...deps, storeOutcome, places, onPaused, outage, log }, endpointId);
    lanes.set(endpointId, lane);
    return lane;
  }

  /** Best effort: what the queue does not take, a sweep finds. */
  function onPaused(endpointId: string, until: Date): void {
    const dueAt = until.getTime();
    const options = { delayMs: Math.max(0, dueAt - now().getTime()), dedupeId: `${endpointId}:${dueAt}` };
    void jobs.add('webhook.send', { endpointId }, options);
  }

  function remember(into: typeof endpoints, tenantId: TenantId, endpointId: string): void {
    const ids = into.get(tenantId) ?? new Set();
    into.set(tenantId, ids.add(endpointId));
  }

  async function sweep(): Promise<void> {
    changedLately = [];
    const found = await findEndpoints(db, now());
    const known = new Set(found.map(({ id }) => id));
    for (const [id, lane] of lanes) if (!known.has(id) && lane.isIdle()) lanes.delete(id);
    endpoints = new Map();
    for (const [tenantId, id] of changedLately) remember(endpoints, tenantId, id);
    for (const { id, tenantId, isDue } of found) {
      remember(endpoints, tenantId, id);
      if (isDue) laneOf(id)?.wake();
    }
  }

  return {
    changed(tenantId, endpointId) {
      changedLately.push([tenantId, endpointId]);
      remember(endpoints, tenantId, endpointId);
      laneOf(endpointId)?.changed();
    },

    start() {
      isRunning = true;
      unsubscribe = deps.bus.subscribe(({ tenantId }) => {
        for (const id of endpoints.get(tenantId as TenantId) ?? []) laneOf(id)?.wake();
      });
      sweeps.start();
    },

    async stop() {
      isRunning = false;
      unsubscribe();
      await sweeps.stop();
      const ended = Promise.all([...lanes.values()].map((lane) => lane.stop()));
      try {
        await withDeadline(ended, stopTimeoutMs, 'webhooks');
      } catch (error) {
        if (!(error instanceof DeadlineError)) throw error;
      }
      deps.poster.close();
      await ended;
    },
  };
}
