import type { TenantId } from '@wafleet/contracts';
import { createOutageLog, withDeadline } from '@wafleet/runtime';
import type { Observation, Watch } from '../drivers/worker-driver';
import { createTurns } from '../scheduling/turns';
import type { GreenWatch } from '../sessions/green-watch';
import type { LiveLinks } from '../worker-link/live-links';
import { applyAction, noteCapacityWait, stopWorker, type ApplyActionDeps } from './apply-action';
import { expectedBootBytes } from './decide/admission';
import { type BootsView, createBootPlaces } from './boot-places';
import type { TenantFacts, TenantRows } from './decide/facts';
import { createEngineWatch } from './engine-watch';
import { loadAllTenantRows, loadTenantRows } from './load-tenant-rows';
import { createOrphanSweep } from './storage/orphan-sweep';
import { createPasses, type NextLook } from './passes';
import type { SupervisionPolicy } from './decide/policy';
import type { Drain } from './drain';
import { createPresence } from './presence';
import { reconcile } from './decide/reconcile';
import { mayKillSilent, type Hearing } from './decide/stale';

/** Makes what runs equal to what is wanted. README.md in this folder says what always holds. */
export interface Supervisor {
  /** Looks at the tenant soon; safe to call for tenants that need nothing. */
  wake(tenantId: TenantId): void;
  /** The tenant's session shows something: its boot is over. */
  booted(tenantId: TenantId): void;
  /**
   * Adopts what runs; resolves when every tenant was looked at once, and those are no longer shown as green whose workers
   * died while no control plane looked.
   */
  start(): Promise<void>;
  /** Resolves when the passes under way have ended. Workers go on. */
  stop(): Promise<void>;
  /** After stop: ends all workers gracefully at once. What is wanted stays, so that the next start brings them back. */
  stopWorkers(): Promise<void>;
  /** False while more of the fleet is silent than can be the fleet's own fault. */
  hearsFleet(): boolean;
  /** False while what runs the workers tells nothing of any of them. */
  engineAnswers(): boolean;
  boots(): BootsView;
  /** Does something to a tenant's files while no pass of the tenant runs; passes wait for it. */
  exclusively<T>(tenantId: TenantId, work: () => Promise<T>): Promise<T>;
}

export interface SupervisorDeps extends Omit<ApplyActionDeps, 'restart' | 'stopMs'> {
  links: Pick<LiveLinks, 'observe' | 'linklessSince' | 'restartSilence' | 'command'>;
  greenWatch: Pick<GreenWatch, 'dropAll'>;
  drain: Pick<Drain, 'read'>;
  policy: SupervisionPolicy & { maxConcurrentBoots: number };
}

/** What the rows say of a tenant, and what its driver saw right after. */
interface Seen {
  rows: TenantRows;
  observed: Observation;
}

const notRunning: Observation = { state: 'gone' };

export function createSupervisor(given: SupervisorDeps): Supervisor {
  const { db, driver, links, policy, log, random } = given;
  const deps: ApplyActionDeps = { ...given, restart: policy.restart, stopMs: policy.stopMs };
  const now = () => given.now().getTime();
  const turns = createTurns();
  const passes = createPasses({
    pass: (tenantId) => turns(tenantId, () => pass(tenantId)),
    now: given.now,
    random,
    log,
  });
  const places = createBootPlaces({
    maxBoots: policy.maxConcurrentBoots,
    bootMs: policy.bootMs,
    minAvailableBytes: policy.minAvailableBytes,
    bootBytes: policy.bootBytes,
    wake: passes.wake,
    now: given.now,
  });
  const presence = createPresence({
    silenceMs: policy.hungMs,
    onReturn(awayMs) {
      links.restartSilence();
      log.warn({ awayMs }, 'supervision was away itself; silence counts from now on');
    },
    now,
  });
  const leftOver = new Set<TenantId>();
  const orphans = createOrphanSweep({ db, driver, policy, now: given.now, log, onOrphan });
  const outage = createOutageLog(log, 'database for supervision');
  const silence = createOutageLog(log, 'most of the fleet; silent workers are not killed');
  const engine = createEngineWatch({ silentMs: policy.engineSilentMs, now, log });
  let hearsFleet = true;
  let isDrained = false;
  let timer: NodeJS.Timeout | null = null;
  let sweeping: Promise<void> | null = null;
  let ends: Watch | null = null;

  return {
    wake: passes.wake,
    booted: places.release,

    async start() {
      presence.start();
      ends = driver.watch(passes.wake);
      const fleet = await lookAtAll();
      await given.greenWatch.dropAll(fleet.filter(isProvenDead).map(({ rows }) => rows.tenantId));
      decideForAll(fleet);
      timer = setInterval(() => {
        sweeping ??= sweepHolding().finally(() => {
          sweeping = null;
        });
      }, policy.sweepMs);
      orphans.start();
    },

    async stop() {
      if (timer !== null) clearInterval(timer);
      timer = null;
      presence.stop();
      await ends?.stop();
      await sweeping;
      await Promise.all([orphans.stop(), passes.stop()]);
    },

    async stopWorkers() {
      const all = await loadAllTenantRows(db);
      const live = all.filter((rows) => rows.worker.generation > 0 && !rows.worker.hasEnded);
      // All at once and in a hurry: what the clock has taken is enough.
      const together = { ...deps, snapshots: { ...deps.snapshots, afterStop: async () => undefined } };
      const timeoutMs = 2 * policy.stopMs;
      const results = await Promise.allSettled(
        live.map((rows) => withDeadline(stopWorker(together, rows), timeoutMs, 'stop of a worker')),
      );
      for (const result of results)
        if (result.status === 'rejected')
          log.warn({ err: result.reason as unknown }, 'worker could not be stopped');
    },

    hearsFleet: () => hearsFleet,
    engineAnswers: engine.answers,
    boots: places.view,
    exclusively: turns,
  };

  /** Look, decide, do one thing, look again. */
  async function pass(tenantId: TenantId): Promise<NextLook> {
    const rows = await loadTenantRows(db, tenantId);
    if (rows === null) {
      places.leaveQueue(tenantId);
      if (leftOver.delete(tenantId)) await killLeftOver(tenantId);
      return null;
    }
    const facts = factsOf(rows, await driver.inspect(tenantId));
    const action = reconcile(facts, policy);
    if (leftOver.delete(tenantId) && facts.observed.state !== 'running') await killLeftOver(tenantId);
    if (action.kind !== 'start') places.leaveQueue(tenantId);
    if (facts.observed.state !== 'running' && action.kind !== 'start') places.release(tenantId);
    switch (action.kind) {
      case 'none':
        return null;
      case 'wait':
        return { at: action.until };
      case 'start':
        if (places.take(tenantId, rows.session.isLinked)) break;
        await noteCapacityWait(deps, rows);
        return null;
      default:
        break;
    }
    await applyAction(deps, rows, facts, action);
    return 'now';
  }

  function factsOf(rows: TenantRows, observed: Observation): TenantFacts {
    const { tenantId } = rows;
    presence.note();
    const link = { current: links.observe(tenantId), linklessSince: links.linklessSince(tenantId) };
    const limitsAreApplied = !driver.limits || rows.limitsAreApplied;
    return { ...rows, limitsAreApplied, isDrained, now: now(), observed, link, mayKillSilent: hearsFleet };
  }

  async function sweepHolding(): Promise<void> {
    try {
      decideForAll(await lookAtAll());
      outage.worked();
    } catch (error) {
      outage.failed(error);
    }
  }

  /** One load of the rows, and a look at each worker that may run. */
  async function lookAtAll(): Promise<Seen[]> {
    const fleet: Seen[] = [];
    isDrained = (await given.drain.read()) !== null;
    for (const rows of await loadAllTenantRows(db))
      fleet.push({ rows, observed: mayRun(rows) ? await driver.inspect(rows.tenantId) : notRunning });
    engine.note(fleet.filter(({ rows }) => mayRun(rows)).map(({ observed }) => observed));
    return fleet;
  }

  /** Wakes the tenants that need something. */
  function decideForAll(fleet: readonly Seen[]): void {
    const used = fleet.flatMap(({ rows, observed }) =>
      observed.state === 'running' && rows.memory !== null ? [rows.memory.bytes] : [],
    );
    places.refresh({ bootBytes: expectedBootBytes(used, policy.bootBytes), isDrained });
    listen(fleet);
    for (const { rows, observed } of fleet) {
      const action = reconcile(factsOf(rows, observed), policy);
      if (action.kind === 'wait') passes.wakeAt(rows.tenantId, action.until);
      else if (action.kind !== 'none') passes.wake(rows.tenantId);
    }
  }

  function listen(fleet: readonly Seen[]): void {
    const hearing = fleet
      .filter(({ observed }) => observed.state === 'running')
      .map(({ rows }) => hearingOf(rows));
    hearsFleet = mayKillSilent(hearing, policy.hungMs);
    if (hearsFleet) silence.worked();
    else silence.failed(new Error('more than a fifth of the workers are silent'));
  }

  function hearingOf({ tenantId, worker }: TenantRows): Hearing {
    presence.note();
    const link = links.observe(tenantId);
    const since = Math.max(links.linklessSince(tenantId), worker.startedAt ?? 0);
    return { silentMs: link?.silentMs ?? now() - since };
  }

  function onOrphan(tenantId: TenantId): void {
    leftOver.add(tenantId);
    passes.wake(tenantId);
  }

  async function killLeftOver(tenantId: TenantId): Promise<void> {
    log.warn({ tenantId }, 'left-over processes are killed');
    await driver.kill(tenantId);
  }
}

function mayRun({ worker }: TenantRows): boolean {
  return worker.generation > 0 && !worker.hasEnded;
}

function isProvenDead({ rows, observed }: Seen): boolean {
  return mayRun(rows) && (observed.state === 'stopped' || observed.state === 'gone');
}
