import type { TenantId } from '@wafleet/contracts';
import { isDatabaseAway, type Snapshot } from '@wafleet/db';
import { createOutageLog } from '@wafleet/runtime';
import type { LoginFound, LoginTrial } from '../drivers/login-trial';
import { createLooks } from '../scheduling/looks';
import { SealBrokenError } from '../secrets/sealed-stream';
import type { BootsView } from '../supervisor/boot-places';
import { ArchiveError } from './stores/profile-archive';
import { unpackStored } from './store-snapshot';
import type { TakeSnapshotDeps } from './take-snapshots';

/** Checks what snapshots were not checked yet, one after the other: the rows are the truth, a crash leaves them to the next look. */
export interface SnapshotChecks {
  start(): void;
  /** Ends the one under way; resolves when nothing of it is left. */
  stop(): Promise<void>;
}

/** One that can't be tried is left alone after so many times, until the next start of this process. */
const maxTries = 3;

/**
 * Starts a browser without a network with each snapshot, the newest first, in moments when nobody boots. One that holds
 * another login, or none, is marked: it is never restored by itself, and another is taken soon.
 */
export function createSnapshotChecks(
  deps: TakeSnapshotDeps & { loginTrial: LoginTrial; boots: () => BootsView },
): SnapshotChecks {
  const { db, policy, log, loginTrial } = deps;
  const looks = createLooks({ look, outage: createOutageLog(log, 'checks of snapshots') });
  const tries = new Map<string, number>();
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | null = null;
  let isSwept = false;

  return {
    start() {
      if (!policy.check) return;
      timer = setInterval(looks.wake, policy.sweepMs);
      looks.wake();
    },
    async stop() {
      if (timer !== null) clearInterval(timer);
      stopping.abort();
      await looks.stop();
    },
  };

  async function look(): Promise<void> {
    if (!isSwept) await loginTrial.sweep();
    isSwept = true;
    for (let row = await next(); row !== null; row = await next()) await check(row);
  }

  async function next(): Promise<Snapshot | null> {
    if (stopping.signal.aborted || !isQuiet(deps.boots())) return null;
    const givenUp = [...tries].flatMap(([id, count]) => (count >= maxTries ? [id] : []));
    return db.snapshot.findFirst({
      where: { state: 'READY', checkedAt: null, id: { notIn: givenUp } },
      orderBy: { id: 'desc' },
    });
  }

  async function check(row: Snapshot): Promise<void> {
    const { id, tenantId } = row;
    try {
      const problem = await problemOf(row);
      await note(deps, row, problem);
      log.info({ tenantId, snapshotId: id, problem }, 'snapshot checked');
    } catch (err) {
      if (isDatabaseAway(err)) throw err;
      if (stopping.signal.aborted) return;
      tries.set(id, (tries.get(id) ?? 0) + 1);
      log.warn({ tenantId, snapshotId: id, err }, 'snapshot could not be checked');
    }
  }

  /** Null where it holds the login that it should. @throws where nothing could be found out */
  async function problemOf(row: Snapshot): Promise<string | null> {
    const tenantId = row.tenantId as TenantId;
    const { osUid } = await db.tenant.findUniqueOrThrow({ where: { id: tenantId } });
    const account =
      row.accountId === null ? null : await db.account.findUnique({ where: { id: row.accountId } });
    let found: LoginFound | null = null;
    try {
      await unpackStored(deps, tenantId, row.id, async (tar) => {
        found = await loginTrial.run({ tenantId, osUid }, tar, stopping.signal);
      });
    } catch (error) {
      if (error instanceof SealBrokenError)
        return 'It was changed since it was stored, or was sealed with another key.';
      if (error instanceof ArchiveError) return error.message;
      throw error;
    }
    return judged(found, account?.phoneNumber ?? null);
  }
}

/** A browser more would be in the way of those that boot, and needs as much memory. */
function isQuiet(boots: BootsView): boolean {
  const { underWay, waiting, availableBytes, expectedBytes, keptBytes, isDrained } = boots;
  if (isDrained) return false;
  return underWay.length + waiting.length === 0 && availableBytes - expectedBytes >= keptBytes;
}

function judged(found: LoginFound | null, number: string | null): string | null {
  if (found === null) throw new Error('nothing was found out');
  if (found.number === null || found.keys === 0)
    return 'A browser that was started with it found no login: its page would show a code.';
  if (number !== null && found.number !== number)
    return 'A browser that was started with it found the login of another number.';
  return null;
}

async function note(
  deps: TakeSnapshotDeps,
  { id, tenantId: owner }: Snapshot,
  problem: string | null,
): Promise<void> {
  const at = deps.now();
  const tenantId = owner as TenantId;
  await deps.commit(async (tx) => {
    const { count } = await tx.snapshot.updateMany({
      where: { id },
      data: { checkedAt: at, checkProblem: problem },
    });
    const data = { snapshotId: id, verb: 'checked', problem };
    const isBad = count > 0 && problem !== null;
    return {
      events: isBad ? [{ tenantId, type: 'snapshot.failed' as const, at, data }] : [],
      result: undefined,
    };
  });
}
