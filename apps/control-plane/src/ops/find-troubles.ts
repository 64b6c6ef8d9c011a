import type { Trouble } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { withDeadline } from '@wafleet/runtime';

/** What the troubles of this control plane are read from. */
export interface TroubleSources {
  db: Pick<Database, '$queryRaw'>;
  isActive: () => boolean;
  jobs: { isReachable(): boolean };
  supervisor: { hearsFleet(): boolean; engineAnswers(): boolean };
  /** Null where it can't be told. */
  freeBytes: () => Promise<number | null>;
  minFreeBytes: number;
}

const answerTimeoutMs = 1_500;

/** What is wrong with this control plane right now. Answers within two seconds, and never throws. */
export async function findTroubles(sources: TroubleSources): Promise<Set<Trouble>> {
  const { db, jobs, supervisor } = sources;
  const [answer, freeBytes] = await Promise.all([
    withDeadline(askDatabase(db), answerTimeoutMs, 'database').catch(() => null),
    withDeadline(sources.freeBytes(), answerTimeoutMs, 'free space').catch(() => null),
  ]);
  const troubles = new Set<Trouble>();
  if (answer === null) troubles.add('database_unreachable');
  if (answer?.isStopped) troubles.add('rollout_stopped');
  if (sources.isActive() && !jobs.isReachable()) troubles.add('queue_unreachable');
  if (!supervisor.hearsFleet()) troubles.add('fleet_silent');
  if (!supervisor.engineAnswers()) troubles.add('engine_silent');
  if (freeBytes !== null && freeBytes < sources.minFreeBytes) troubles.add('disk_nearly_full');
  return troubles;
}

async function askDatabase(db: TroubleSources['db']): Promise<{ isStopped: boolean } | undefined> {
  const [answer] = await db.$queryRaw<{ isStopped: boolean }[]>`
    SELECT EXISTS (SELECT FROM rollouts WHERE state = 'STOPPED' AND ended_at IS NULL) AS "isStopped"`;
  return answer;
}
