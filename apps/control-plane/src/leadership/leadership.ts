import { setTimeout as delay } from 'node:timers/promises';
import { controlPlaneLock } from '@wafleet/db';
import { createOutageLog, withDeadline, type Logger } from '@wafleet/runtime';
import { Client } from 'pg';

/**
 * One control plane acts at a time: the one that holds an advisory lock, on a connection of its own. Postgres gives the
 * lock to another as soon as that connection ends, so whoever loses the connection must stop acting at once.
 */
export interface Leadership {
  /** Resolves when the lock is ours. Rejects with AbortError when released before. */
  acquire(): Promise<void>;
  /** Settles when the lock, once ours, is ours no longer, through no release of our own. */
  readonly lost: Promise<void>;
  /** Lets another one act. */
  release(): Promise<void>;
}

const retryMs = 500;
const checkMs = 5_000;
const answerTimeoutMs = 5_000;
/** A process that was stopped meets its own deadline before it reads the answer that has long been there. */
const answerGraceMs = 1_000;

export function createLeadership(options: { databaseUrl: string; log: Logger }): Leadership {
  const { log } = options;
  const outage = createOutageLog(log, 'database for leadership');
  const releasing = new AbortController();
  let client: Client | null = null;
  let isHeld = false;
  let onLost: () => void = () => undefined;
  const lost = new Promise<void>((resolve) => {
    onLost = resolve;
  });
  let checker: NodeJS.Timeout | null = null;

  return {
    lost,

    async acquire() {
      let isStandingBy = false;
      while (!(await tryOnce())) {
        if (!isStandingBy && client !== null) log.info('another control plane is active; standing by for it');
        isStandingBy ||= client !== null;
        await delay(retryMs, undefined, { signal: releasing.signal });
      }
      releasing.signal.throwIfAborted();
      isHeld = true;
      checker = setInterval(() => void check(), checkMs);
      log.info('this control plane is active');
    },

    async release() {
      releasing.abort();
      isHeld = false;
      if (checker !== null) clearInterval(checker);
      await disconnect();
    },
  };

  async function tryOnce(): Promise<boolean> {
    try {
      client ??= await connect();
      const answer = await ask(client, 'SELECT pg_try_advisory_lock($1, $2) AS held', [...controlPlaneLock]);
      outage.worked();
      return answer.rows[0]?.held === true;
    } catch (error) {
      outage.failed(error);
      await disconnect();
      return false;
    }
  }

  async function connect(): Promise<Client> {
    const fresh = new Client({
      connectionString: options.databaseUrl,
      application_name: 'wafleet leadership',
      connectionTimeoutMillis: answerTimeoutMs,
      keepAlive: true,
    });
    fresh.on('error', () => lose(fresh));
    fresh.on('end', () => lose(fresh));
    await fresh.connect();
    return fresh;
  }

  /** A connection can be dead without a word: a lock that can't be asked after counts as lost. */
  async function check(): Promise<void> {
    if (client === null || !isHeld) return;
    const asked = client;
    const answer = asked.query('SELECT 1');
    const within = (timeoutMs: number) => withDeadline(answer, timeoutMs, 'leadership lock');
    await within(answerTimeoutMs)
      .catch(() => within(answerGraceMs))
      .catch(() => lose(asked));
  }

  function lose(which: Client): void {
    if (which !== client || !isHeld) return;
    isHeld = false;
    log.error('the lock of the active control plane is lost');
    onLost();
  }

  async function disconnect(): Promise<void> {
    const old = client;
    client = null;
    if (old !== null) await withDeadline(old.end(), answerTimeoutMs, 'disconnect').catch(() => undefined);
  }

  function ask(which: Client, sql: string, values: number[]) {
    return withDeadline(which.query<{ held?: boolean }>(sql, values), answerTimeoutMs, 'leadership lock');
  }
}
