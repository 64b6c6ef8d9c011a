import { incidentLimits, type Reason, type SessionState, type TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { scrub } from '@wafleet/runtime';
import type { WorkerEnd } from '../drivers/worker-driver';
import type { LogTail } from '../logs/tenant-logs';
import { noEvidence, type Evidence, type EvidenceLine } from './evidence';
import type { HeartbeatHistory } from './heartbeat-history';

/** What can be found out about a worker that ended without a word, or could not be started. Reads only. */
export type WorkerEvidence = (
  tenantId: TenantId,
  generation: number,
  exit: WorkerEnd | null,
) => Promise<Evidence>;

export function createWorkerEvidence(deps: {
  db: Database;
  history: Pick<HeartbeatHistory, 'memoryOf' | 'oomKillsBefore'>;
  readTail: (tenantId: TenantId) => Promise<LogTail>;
  readOomKills: () => number | null;
  now: () => Date;
}): WorkerEvidence {
  const { db, history } = deps;

  return async (tenantId, generation, exit) => {
    const [tail, transitions, versions] = await Promise.all([
      // A folder that can't be read may be the very trouble; then there are no lines.
      deps.readTail(tenantId).catch((): LogTail => ({ lines: [], output: [] })),
      readTransitions(tenantId),
      readVersions(tenantId),
    ]);
    return {
      ...noEvidence,
      transitions,
      versions,
      memory: history.memoryOf(tenantId, generation),
      workerLog: workerLog(tail),
      workerExit: exit === null ? null : { code: exit.code, signal: exit.signal },
      outOfMemory: whatRanOut({
        exit,
        output: tail.output,
        oomKillsBefore: history.oomKillsBefore(tenantId, generation),
        oomKillsNow: deps.readOomKills(),
      }),
    };
  };

  function workerLog({ lines, output }: LogTail): EvidenceLine[] {
    const now = deps.now().getTime();
    const logged = lines.map(({ at, level, message, fields }) => {
      const { tenantId: _tenant, generation: _generation, ...rest } = fields;
      const more = Object.keys(rest).length === 0 ? '' : ` ${JSON.stringify(rest)}`;
      return { at: Date.parse(at), level, text: fitting(`${message}${more}`) };
    });
    const written = output.map((text) => ({ at: now, level: 'output', text: fitting(text) }));
    return [...logged, ...written].slice(-incidentLimits.workerLog);
  }

  async function readTransitions(tenantId: TenantId): Promise<Evidence['transitions']> {
    const events = await db.tenantEvent.findMany({
      where: { tenantId, type: 'session.state' },
      orderBy: { seq: 'desc' },
      take: incidentLimits.transitions,
    });
    return events.reverse().map(({ at, data }) => {
      const { state, reason } = data as { state: SessionState; reason: Reason | null };
      return { at: at.getTime(), state, phase: null, reason };
    });
  }

  async function readVersions(tenantId: TenantId): Promise<Evidence['versions']> {
    const session = await db.whatsappSession.findUnique({
      where: { tenantId },
      select: { whatsappWebVersion: true, browserVersion: true, libraryVersion: true },
    });
    return {
      whatsappWeb: session?.whatsappWebVersion ?? null,
      browser: session?.browserVersion ?? null,
      library: session?.libraryVersion ?? null,
      worker: null,
    };
  }
}

/** Its own heap, which Node says in its last words; or the machine's memory, where the kernel counted an end just then. */
export function whatRanOut(facts: {
  exit: WorkerEnd | null;
  output: readonly string[];
  oomKillsBefore: number | null;
  oomKillsNow: number | null;
}): Evidence['outOfMemory'] {
  const { exit, output, oomKillsBefore, oomKillsNow } = facts;
  if (exit?.outOfMemory === true) return 'kernel';
  if (output.some((line) => /JavaScript heap out of memory/.test(line))) return 'worker_heap';
  const wasCounted = oomKillsBefore !== null && oomKillsNow !== null && oomKillsNow > oomKillsBefore;
  return exit?.signal === 'SIGKILL' && wasCounted ? 'kernel' : null;
}

function fitting(text: string): string {
  // A cut must not leave half a character, which the database can't hold.
  return scrub(text, incidentLimits.lineLength)
    .replace(/\p{Surrogate}/gu, '')
    .replaceAll('\0', '');
}
