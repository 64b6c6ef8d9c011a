import type { TenantId, WebhookPayload } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { Logger, OutageLog } from '@wafleet/runtime';
import type { GuardedPoster } from '../../egress/guarded-post';
import { createLooks } from '../../scheduling/looks';
import type { Vault } from '../../secrets/vault';
import type { CommitWithEvents } from '../../tenants/commit-with-events';
import type { WebhookPolicy } from '../webhook-policy';
import { afterAttempt, type AttemptDecision } from './after-attempt';
import { changeEndpointState, type EndpointChange } from './change-endpoint-state';
import type { Places } from './places';
import { createSigner } from './sign-delivery';
import type { StoreOutcome } from './store-outcomes';
import {
  findEndpoint,
  findWaiting,
  payloadsOf,
  type TargetEndpoint,
  type UnderWay,
  type WaitingDelivery,
} from './waiting-deliveries';

/** So many of a chat are sent before the next look at it. */
const maxPerRun = 50;

export interface LaneDeps {
  db: Database;
  epoch: string;
  commit: CommitWithEvents;
  vault: Pick<Vault, 'open'>;
  poster: Pick<GuardedPoster, 'post'>;
  storeOutcome: StoreOutcome;
  places: Places;
  policy: WebhookPolicy;
  /** It is paused until then; somebody has to wake it. */
  onPaused: (endpointId: string, until: Date) => void;
  now: () => Date;
  random: () => number;
  outage: OutageLog;
  log: Logger;
}

/** The sending to one endpoint. */
export interface EndpointLane {
  /** Look again at what waits. Cheap to call often: calls while a look is under way become one more look. */
  wake(): void;
  /** The endpoint is another one now: nothing more is sent by what was read of it. */
  changed(): void;
  isIdle(): boolean;
  /** Begins nothing more; resolves when what is under way has ended. An answer that is cut off then counts as none. */
  stop(): Promise<void>;
}

/** One delivery of a chat at a time, chats side by side; what waits is read from its rows (README.md of this folder). */
export function createEndpointLane(deps: LaneDeps, endpointId: string): EndpointLane {
  const { db, policy, now, log } = deps;
  const sign = createSigner(deps);
  const busy = new Map<string, UnderWay & { ended: Promise<void> }>();
  /** By the number of a delivery that failed: how many were taken until then. */
  const failing = new Map<bigint, number>();
  let taken = 0;
  /** Goes up when what was read of the endpoint no longer holds: before its row is changed, and after. */
  let revision = 0;
  let isStopped = false;
  // After a failure the next sweep looks again.
  const looks = createLooks({ look, outage: deps.outage });

  async function look(): Promise<void> {
    const asRead = revision;
    const [endpoint, waiting] = await Promise.all([
      findEndpoint(db, endpointId),
      findWaiting(db, endpointId, [...busy.values()], maxPerRun),
    ]);
    if (endpoint === null || waiting.length === 0) return;
    // Whoever changes it looks again.
    if (isStopped || revision !== asRead) return;
    const { state, pausedUntil } = endpoint;
    if (pausedUntil !== null && pausedUntil > now()) return;
    const chats = byChat(waiting);
    // One delivery tells whether a paused endpoint works again; another each time, in case it is the delivery's fault.
    const isProbe = state === 'PAUSED';
    if (isProbe && busy.size > 0) return;
    const runs = isProbe ? [[probeOf(chats)]] : chats;
    const begun = runs.slice(0, policy.maxParallelPerEndpoint - busy.size);
    const payloads = await payloadsOf(db, deps.epoch, begun.flat());
    if (isStopped || revision !== asRead) return;
    for (const run of begun) begin(endpoint, run, payloads, asRead);
  }

  function begin(
    endpoint: TargetEndpoint,
    run: readonly WaitingDelivery[],
    payloads: ReadonlyMap<bigint, WebhookPayload>,
    asRead: number,
  ): void {
    const { chat, seq: lastSeq } = run.at(-1) as WaitingDelivery;
    const ended = sendInOrder(endpoint, run, payloads, asRead).then(
      () => wakeAfter(chat),
      (error: unknown) => {
        deps.outage.failed(error);
        busy.delete(chat);
      },
    );
    busy.set(chat, { chat, lastSeq, ended });
  }

  function wakeAfter(chat: string): void {
    busy.delete(chat);
    looks.wake();
  }

  async function sendInOrder(
    endpoint: TargetEndpoint,
    run: readonly WaitingDelivery[],
    payloads: ReadonlyMap<bigint, WebhookPayload>,
    asRead: number,
  ): Promise<void> {
    for (const delivery of run) {
      const goesOn = await deps.places.use(async () => {
        if (isStopped || revision !== asRead) return false;
        return sendOne(endpoint, delivery, payloads.get(delivery.seq) as WebhookPayload, asRead);
      });
      if (!goesOn) return;
    }
  }

  /** False where nothing more may be sent for now. */
  async function sendOne(
    endpoint: TargetEndpoint,
    delivery: WaitingDelivery,
    payload: WebhookPayload,
    asRead: number,
  ): Promise<boolean> {
    const body = JSON.stringify(payload);
    const headers = await sign(endpoint, { id: payload.id, body });
    const begun = performance.now();
    const outcome = await deps.poster.post(endpoint.url, headers, body);
    const durationMs = Math.round(performance.now() - begun);
    if (isStopped && outcome.kind === 'failed') return false;
    const facts = {
      attempts: delivery.attempts + 1,
      failures: endpoint.failures,
      takesOthers: taken > (failing.get(delivery.seq) ?? taken),
    };
    const decision = afterAttempt(outcome, facts, policy, { now: now(), random: deps.random() });
    const chat = await deps.storeOutcome({
      eventSeq: delivery.seq,
      endpointId,
      state: stateAfter(decision),
      responseCode: outcome.kind === 'answered' ? outcome.status : null,
      problem: decision.kind === 'delivered' ? null : decision.problem,
      at: now(),
      durationMs,
    });
    note(delivery, decision);
    // What others have found out meanwhile stands.
    if (revision !== asRead) return false;
    const change = changeAfter(endpoint, decision);
    // Known by another name by now, it may have others that come first; one that is gone has no order.
    if (change === null) return chat === null || chat === delivery.chat;
    revision += 1;
    await apply(change, delivery.tenantId);
    revision += 1;
    return false;
  }

  function note({ seq }: WaitingDelivery, decision: AttemptDecision): void {
    if (decision.kind === 'delivered') taken += 1;
    if (decision.kind === 'pause') failing.set(seq, failing.get(seq) ?? taken);
    else failing.delete(seq);
    if (decision.kind === 'park') log.warn({ problem: decision.problem }, 'delivery to a webhook parked');
  }

  /** Whether the endpoint takes something is news only after it did not. */
  function changeAfter({ state }: TargetEndpoint, decision: AttemptDecision): EndpointChange | null {
    switch (decision.kind) {
      case 'delivered':
      case 'park':
        return state === 'PAUSED' ? { kind: 'works' } : null;
      case 'pause': {
        const until = new Date(now().getTime() + decision.pauseMs);
        return { kind: 'pause', reason: decision.problem, until };
      }
      case 'disable':
        return { kind: 'disable', reason: decision.problem };
    }
  }

  async function apply(change: EndpointChange, tenantId: TenantId): Promise<void> {
    const giveUpBefore = new Date(now().getTime() - policy.giveUpMs);
    const died = await changeEndpointState(deps, { id: endpointId, tenantId }, change, giveUpBefore);
    if (died > 0) log.warn({ died }, 'deliveries to a webhook given up');
    if (change.kind === 'pause') deps.onPaused(endpointId, change.until);
  }

  return {
    wake: looks.wake,
    changed() {
      revision += 1;
      failing.clear();
      looks.wake();
    },
    isIdle: () => !looks.isUnderWay() && busy.size === 0,
    async stop() {
      isStopped = true;
      await looks.stop();
      await Promise.all([...busy.values()].map(({ ended }) => ended));
    },
  };
}

function byChat(waiting: readonly WaitingDelivery[]): WaitingDelivery[][] {
  const chats = new Map<string, WaitingDelivery[]>();
  for (const delivery of waiting) {
    const chat = chats.get(delivery.chat);
    if (chat) chat.push(delivery);
    else chats.set(delivery.chat, [delivery]);
  }
  return [...chats.values()];
}

/** The head of the chat that was tried least. */
function probeOf(chats: readonly WaitingDelivery[][]): WaitingDelivery {
  const heads = chats.map(([head]) => head as WaitingDelivery);
  return heads.reduce((least, head) => (head.attempts < least.attempts ? head : least));
}

function stateAfter(decision: AttemptDecision) {
  switch (decision.kind) {
    case 'delivered':
      return 'DELIVERED' as const;
    case 'park':
      return 'PARKED' as const;
    case 'pause':
    case 'disable':
      return 'PENDING' as const;
  }
}
