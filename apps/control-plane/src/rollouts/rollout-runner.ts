import type { Reason, TenantId } from '@wafleet/contracts';
import type { Database, Prisma, Rollout, Transaction } from '@wafleet/db';
import { createOutageLog, type Logger } from '@wafleet/runtime';
import { createSweep, type Sweep } from '../scheduling/sweep';
import { commitChange, lockTenant, type TenantChangeDeps } from '../tenants/changes/change-tenant';
import { effectiveStatus } from '../tenants/status/tenant-status';
import { countItems } from './count-items';
import { judgeItem } from './judge-item';
import { nextStep, type RolloutFacts } from './next-step';
import { setFleetBuild } from './worker-build';

/** Brings a build to tenant after tenant; README.md says what always holds. */
export interface RolloutRunner extends Sweep {
  /** There is something to do. */
  wake(): void;
}

const lookEveryMs = 1_000;
const operator = 'operator';
const withTenant = { tenant: { include: { worker: true } } } as const;
type Item = Prisma.RolloutItemGetPayload<{ include: typeof withTenant }>;

export function createRolloutRunner(deps: TenantChangeDeps & { db: Database; log: Logger }): RolloutRunner {
  const { db, now } = deps;
  /** Everything that makes work goes through this process, so that it need not look for it. */
  let mayHaveWork = true;
  const sweep = createSweep({
    everyMs: lookEveryMs,
    work: lookIfNeeded,
    outage: createOutageLog(deps.log, 'database for rollouts'),
  });
  return { ...sweep, wake: () => void (mayHaveWork = true) };

  async function lookIfNeeded(): Promise<void> {
    if (!mayHaveWork) return;
    const rollout = await db.rollout.findFirst({ where: { endedAt: null } });
    mayHaveWork = rollout !== null;
    if (rollout !== null) await advance(rollout);
  }

  async function advance(rollout: Rollout): Promise<void> {
    await settle(rollout);
    const waiting = await itemsIn(rollout, ['WAITING']);
    const ready = waiting.filter(({ tenant }) => statusOf(tenant) === 'ACTIVE');
    const onTheirWay = waiting.filter(({ tenant }) => /STARTING|RECOVERING/.test(statusOf(tenant)));
    const step = nextStep(await factsOf(rollout, ready.length, onTheirWay.length));
    switch (step.kind) {
      case 'wait':
        return;
      case 'begin':
        for (const item of ready.slice(0, step.count)) await begin(item, step.asCanaries);
        return;
      case 'go_back':
        for (const item of (await itemsIn(rollout, ['TO_GO_BACK'])).slice(0, step.count)) await goBack(item);
        return;
      case 'stop':
        deps.log.warn({ rolloutId: rollout.id, detail: step.detail }, 'rollout stops by itself');
        await change(rollout, { state: 'STOPPED', stopDetail: step.detail });
        return;
      case 'end':
        await end(rollout);
    }
  }

  async function factsOf(rollout: Rollout, ready: number, onTheirWay: number): Promise<RolloutFacts> {
    const canaries = await db.rolloutItem.groupBy({
      by: ['state'],
      where: { rolloutId: rollout.id, isCanary: true },
      _count: true,
    });
    const settled = new Set(['DONE', 'FAILED', 'SKIPPED']);
    const sum = (counts: typeof canaries) => counts.reduce((total, { _count }) => total + _count, 0);
    return {
      ...rollout,
      counts: (await countItems(db, [rollout.id]))(rollout.id),
      canariesBegun: sum(canaries),
      canariesSettled: sum(canaries.filter(({ state }) => settled.has(state))),
      ready,
      onTheirWay,
    };
  }

  /** Writes down how those are doing that got a build. */
  async function settle(rollout: Rollout): Promise<void> {
    for (const item of await itemsIn(rollout, ['UNDER_WAY', 'WATCHED', 'GOING_BACK'])) {
      const isBack = item.state === 'GOING_BACK';
      const { worker } = item.tenant;
      const { status, reason } = effectiveStatus(item.tenant, now());
      const verdict = judgeItem({
        now: now().getTime(),
        status,
        reason: (worker?.status === 'ERROR' ? (worker.reason as Reason | null) : null) ?? reason,
        generation: worker?.generation ?? 0,
        generationBefore: item.generation ?? 0,
        isOfBuild: worker?.buildId === (isBack ? rollout.fromId : rollout.toId),
        begunAt: (item.begunAt ?? now()).getTime(),
        upAt: item.upAt?.getTime() ?? null,
        crashes: worker?.crashes.map((at) => at.getTime()) ?? [],
        watchMs: rollout.watchSeconds * 1_000,
      });
      if (verdict.kind === 'wait') continue;
      const ended = { endedAt: now(), outcome: 'outcome' in verdict ? verdict.outcome : null };
      // On the way back nobody is watched: it is what ran well before.
      if (isBack) await move(item, { state: 'BACK', ...ended });
      else if (verdict.kind === 'up') await move(item, { state: 'WATCHED', upAt: now() });
      else await move(item, { state: verdict.kind.toUpperCase() as 'DONE' | 'FAILED' | 'SKIPPED', ...ended });
    }
  }

  /** That it gets the build, and that its worker makes way, are committed together; not while it is not connected. */
  async function begin(item: Item, isCanary: boolean): Promise<void> {
    await restart(item, 'RUNNING', async (tx, generation) => {
      const tenant = await tx.tenant.findUniqueOrThrow({ where: { id: item.tenantId } });
      if (statusOf(tenant) !== 'ACTIVE') return null;
      return { state: 'UNDER_WAY', isCanary, generation, begunAt: now() };
    });
  }

  /** Whoever waits for a scan, or runs no worker, takes it with the next start. */
  async function goBack(item: Item): Promise<void> {
    await restart(item, 'GOING_BACK', async (tx, generation) => {
      const tenant = await tx.tenant.findUniqueOrThrow({ where: { id: item.tenantId } });
      const runs = tenant.desiredState === 'RUNNING' && tenant.parkedReason === null;
      if (runs && statusOf(tenant) !== 'QR_PENDING')
        return { state: 'GOING_BACK', generation, begunAt: now(), upAt: null, endedAt: null, outcome: null };
      await move(item, { state: 'BACK', endedAt: now(), outcome: 'Takes it with its next start.' }, tx);
      return null;
    });
  }

  async function restart(
    { rolloutId, place, tenantId, state }: Item,
    rolloutState: Rollout['state'],
    decide: (
      tx: Transaction,
      generation: number,
    ) => Promise<Prisma.RolloutItemUpdateManyMutationInput | null>,
  ): Promise<void> {
    await commitChange(deps, tenantId as TenantId, async (tx, at) => {
      await lockTenant(tx, tenantId as TenantId);
      const worker = await tx.workerProcess.findUnique({ where: { tenantId } });
      const data = worker === null ? null : await decide(tx, worker.generation);
      if (worker === null || data === null) return [];
      const where = { rolloutId, place, state, rollout: { state: rolloutState } };
      const { count } = await tx.rolloutItem.updateMany({ where, data });
      if (count === 0) return [];
      await tx.workerProcess.update({ where: { tenantId }, data: { replaceGeneration: worker.generation } });
      const type = 'action.requested' as const;
      return [{ tenantId: tenantId as TenantId, type, at, data: { action: 'restart', by: operator } }];
    });
  }

  async function end(rollout: Rollout): Promise<void> {
    const { id: rolloutId, state, toName, toId } = rollout;
    const endedAt = now();
    await db.$transaction(async (tx) => {
      const isDone = state === 'RUNNING';
      const where = { id: rolloutId, state, endedAt: null };
      const data = { state: isDone ? ('DONE' as const) : ('BACK' as const), endedAt };
      const { count } = await tx.rollout.updateMany({ where, data });
      if (count === 0 || !isDone) return;
      await setFleetBuild(tx, { name: toName, id: toId });
      await tx.rolloutItem.updateMany({
        where: { rolloutId, state: 'WAITING' },
        data: { state: 'SKIPPED', endedAt, outcome: 'Takes it with its next start.' },
      });
    });
    deps.log.info({ rolloutId }, 'rollout has ended');
  }

  async function change(rollout: Rollout, data: Prisma.RolloutUpdateManyMutationInput): Promise<void> {
    await db.rollout.updateMany({ where: { id: rollout.id, state: rollout.state }, data });
  }

  async function move(
    { rolloutId, place, state }: Item,
    data: Prisma.RolloutItemUpdateManyMutationInput,
    tx: Pick<Database, 'rolloutItem'> = db,
  ): Promise<void> {
    await tx.rolloutItem.updateMany({ where: { rolloutId, place, state }, data });
  }

  function itemsIn({ id }: Rollout, states: Item['state'][]): Promise<Item[]> {
    return db.rolloutItem.findMany({
      where: { rolloutId: id, state: { in: states } },
      include: withTenant,
      orderBy: { place: 'asc' },
    });
  }

  function statusOf(tenant: Parameters<typeof effectiveStatus>[0]) {
    return effectiveStatus(tenant, now()).status;
  }
}
