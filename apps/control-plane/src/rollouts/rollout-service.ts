import {
  AppError,
  type CreateRollout,
  idPrefixes,
  type ListRolloutItemsQuery,
  type ListRolloutsQuery,
  type Page,
  type Rollout,
  type RolloutItem,
  type RolloutState,
  type WorkerBuild,
} from '@wafleet/contracts';
import type { Database, Rollout as RolloutRow, Transaction } from '@wafleet/db';
import { DriverError, type WorkerDriver } from '../drivers/worker-driver';
import type { NewId } from '../new-id';
import { decodeCursor, pageFrom } from '../page-cursor';
import { countItems } from './count-items';
import { fleetBuild, setFleetBuild, toBuild } from './worker-build';

/** What callers may ask of rollouts. Unknown ones reject with AppError NOT_FOUND. */
export interface RolloutService {
  /**
   * Every tenant that is wanted and runs another build takes part.
   * @throws AppError ROLLOUT_UNDER_WAY, INVALID_INPUT where there is no such build, UNAVAILABLE where nobody can tell
   */
  create(input: CreateRollout, by: string): Promise<Rollout>;
  list(query: ListRolloutsQuery): Promise<Page<Rollout>>;
  get(rolloutId: string): Promise<Rollout>;
  items(rolloutId: string, query: ListRolloutItemsQuery): Promise<Page<RolloutItem>>;
  /** No further tenant gets the build. Repeats change nothing. @throws AppError ROLLOUT_NOT_SO */
  pause(rolloutId: string): Promise<Rollout>;
  /** Goes on; failures so far are not counted again. Repeats change nothing. @throws AppError ROLLOUT_NOT_SO */
  resume(rolloutId: string): Promise<Rollout>;
  /**
   * Every tenant that runs the build gets the one before again; also after the end of the newest rollout. Repeats change
   * nothing.
   * @throws AppError ROLLOUT_NOT_SO, NOTHING_TO_GO_BACK_TO
   */
  back(rolloutId: string): Promise<Rollout>;
}

export function createRolloutService(deps: {
  db: Database;
  driver: Pick<WorkerDriver, 'findBuild' | 'hasBuild'>;
  /** There is something to do. */
  wake: () => void;
  newId: NewId;
  now: () => Date;
}): RolloutService {
  const { db, driver, wake, newId, now } = deps;

  return {
    get,

    async create({ version = null, ...pace }, by) {
      const to = await findBuild(version);
      const from = await buildBefore(to);
      const id = newId(idPrefixes.rollout);
      const builds = {
        fromName: from?.name ?? null,
        fromId: from?.id ?? null,
        toName: to.name,
        toId: to.id,
      };
      await db.$transaction(async (tx) => {
        await oneAtATime(tx);
        if ((await tx.rollout.count({ where: { endedAt: null } })) > 0)
          throw new AppError('ROLLOUT_UNDER_WAY');
        await tx.rollout.create({ data: { id, ...pace, ...builds, by, createdAt: now() } });
        const others = await tx.workerProcess.findMany({
          where: {
            tenant: { desiredState: 'RUNNING' },
            OR: [{ buildId: null }, { buildId: { not: to.id } }],
          },
          select: { tenantId: true },
          orderBy: { tenantId: 'asc' },
        });
        await tx.rolloutItem.createMany({
          data: others.map(({ tenantId }, place) => ({ rolloutId: id, tenantId, place })),
        });
        // Whoever is started before it is asked keeps what ran until now.
        if (from !== null) await setFleetBuild(tx, from);
      });
      wake();
      return get(id);
    },

    async list({ limit, cursor }) {
      const before = cursor === undefined ? undefined : decodeCursor('rollouts', /^rol_\w{26}$/, cursor);
      const rows = await db.rollout.findMany({
        where: { id: { lt: before } },
        orderBy: { id: 'desc' },
        take: limit + 1,
      });
      const page = pageFrom('rollouts', rows, limit, ({ id }) => id);
      return { ...page, items: await views(page.items) };
    },

    async items(rolloutId, { state, limit, cursor }) {
      await get(rolloutId);
      const after = cursor === undefined ? -1 : Number(decodeCursor('rollout-items', /^\d{1,6}$/, cursor));
      const rows = await db.rolloutItem.findMany({
        where: { rolloutId, place: { gt: after }, ...(state === undefined ? {} : { state }) },
        include: { tenant: { select: { name: true } } },
        orderBy: { place: 'asc' },
        take: limit + 1,
      });
      const page = pageFrom('rollout-items', rows, limit, ({ place }) => String(place));
      const items = page.items.map((row) => ({
        tenantId: row.tenantId,
        tenantName: row.tenant.name,
        isCanary: row.isCanary,
        state: row.state,
        outcome: row.outcome,
        begunAt: row.begunAt?.toISOString() ?? null,
        upAt: row.upAt?.toISOString() ?? null,
        endedAt: row.endedAt?.toISOString() ?? null,
      }));
      return { ...page, items };
    },

    pause: (rolloutId) =>
      change(rolloutId, ['RUNNING'], 'PAUSED', async (tx, { id }) => {
        await tx.rollout.update({ where: { id }, data: { state: 'PAUSED' } });
      }),

    resume: (rolloutId) =>
      change(rolloutId, ['PAUSED', 'STOPPED'], 'RUNNING', async (tx, { id }) => {
        const forgiven = await tx.rolloutItem.count({ where: { rolloutId: id, state: 'FAILED' } });
        await tx.rollout.update({ where: { id }, data: { state: 'RUNNING', stopDetail: null, forgiven } });
      }),

    async back(rolloutId) {
      const { from, id } = await get(rolloutId);
      if (from === null || !(await driver.hasBuild(from).catch(unavailable)))
        throw new AppError('NOTHING_TO_GO_BACK_TO');
      return change(rolloutId, ['RUNNING', 'PAUSED', 'STOPPED', 'DONE'], 'GOING_BACK', async (tx, row) => {
        const newest = await tx.rollout.findFirst({ orderBy: { id: 'desc' }, select: { id: true } });
        if (newest?.id !== id) throw new AppError('ROLLOUT_NOT_SO');
        await turnBack(tx, row, from);
      });
    },
  };

  async function get(rolloutId: string): Promise<Rollout> {
    const row = await db.rollout.findUnique({ where: { id: rolloutId } });
    if (row === null) throw new AppError('NOT_FOUND');
    return (await views([row]))[0] as Rollout;
  }

  /** What most tenants run that is not this one, where it is still there to be started. */
  async function buildBefore(to: WorkerBuild): Promise<WorkerBuild | null> {
    const running = await db.workerProcess.groupBy({
      by: ['buildName', 'buildId'],
      where: { endedAt: null, generation: { gt: 0 }, buildId: { not: null } },
      _count: true,
    });
    const most = running
      .filter(({ buildId }) => buildId !== to.id)
      .sort((one, other) => other._count - one._count)[0];
    const before = toBuild(most?.buildName, most?.buildId) ?? (await fleetBuild(db));
    if (before === null || before.id === to.id) return null;
    return (await driver.hasBuild(before).catch(unavailable)) ? before : null;
  }

  async function findBuild(version: string | null): Promise<WorkerBuild> {
    try {
      return await driver.findBuild(version);
    } catch (error) {
      if (!(error instanceof DriverError) || error.reason !== 'image_missing') return unavailable(error);
      throw new AppError('INVALID_INPUT', { fields: [{ field: 'version', message: error.message }] });
    }
  }

  /** From a state that allows it; where it is that way already, nothing happens. */
  async function change(
    rolloutId: string,
    from: RolloutState[],
    to: RolloutState,
    work: (tx: Transaction, row: RolloutRow) => Promise<void>,
  ): Promise<Rollout> {
    await db.$transaction(async (tx) => {
      await oneAtATime(tx);
      const row = await tx.rollout.findUnique({ where: { id: rolloutId } });
      if (row === null) throw new AppError('NOT_FOUND');
      if (row.state === to) return;
      if (!from.includes(row.state)) throw new AppError('ROLLOUT_NOT_SO');
      await work(tx, row);
    });
    wake();
    return get(rolloutId);
  }

  async function turnBack(tx: Transaction, { id, toId }: RolloutRow, from: WorkerBuild): Promise<void> {
    await setFleetBuild(tx, from);
    await tx.rollout.update({
      where: { id },
      data: { state: 'GOING_BACK', stopDetail: null, endedAt: null },
    });
    await tx.rolloutItem.updateMany({
      where: { rolloutId: id, state: 'WAITING' },
      data: { state: 'SKIPPED', endedAt: now(), outcome: 'It was taken back.' },
    });
    // Also those that came to it by themselves: new ones, and those that were started meanwhile.
    const running = await tx.workerProcess.findMany({ where: { buildId: toId }, select: { tenantId: true } });
    const known = await tx.rolloutItem.findMany({ where: { rolloutId: id } });
    const tenantIds = new Set([
      ...running.map(({ tenantId }) => tenantId),
      ...known.filter(({ state }) => state !== 'SKIPPED').map(({ tenantId }) => tenantId),
    ]);
    await tx.rolloutItem.updateMany({
      where: { rolloutId: id, tenantId: { in: [...tenantIds] } },
      data: { state: 'TO_GO_BACK', endedAt: null, outcome: null },
    });
    const isKnown = new Set(known.map(({ tenantId }) => tenantId));
    const place = known.length;
    const added = [...tenantIds].filter((tenantId) => !isKnown.has(tenantId));
    await tx.rolloutItem.createMany({
      data: added.map((tenantId, index) => ({
        rolloutId: id,
        tenantId,
        place: place + index,
        state: 'TO_GO_BACK' as const,
      })),
    });
  }

  async function views(rows: readonly RolloutRow[]): Promise<Rollout[]> {
    const counts = await countItems(
      db,
      rows.map(({ id }) => id),
    );
    return rows.map((row) => ({
      id: row.id,
      state: row.state,
      from: toBuild(row.fromName, row.fromId),
      to: { name: row.toName, id: row.toId },
      by: row.by,
      canaries: row.canaries,
      atOnce: row.atOnce,
      watchSeconds: row.watchSeconds,
      maxFailures: row.maxFailures,
      stopDetail: row.stopDetail,
      createdAt: row.createdAt.toISOString(),
      endedAt: row.endedAt?.toISOString() ?? null,
      counts: counts(row.id),
    }));
  }
}

/** Rollouts begin and change one after the other. */
const oneAtATime = (tx: Transaction) => tx.$queryRaw`SELECT 1 FROM instance FOR UPDATE`;

function unavailable(cause: unknown): never {
  if (cause instanceof DriverError) throw new AppError('UNAVAILABLE', { internal: cause.message, cause });
  throw cause;
}
