import { types, type Pool, type PoolClient, type QueryResult } from 'pg';
import { DatabaseAwayError, isOfConnection } from './database-away-error';
import { Prisma } from './generated/client';
import { parseInstant } from './instant';

type Query = TemplateStringsArray | Prisma.Sql;

/** Statements in our own words. A transaction of the client does them too. */
export interface Statements {
  /** Its rows. Times are Dates, bigints BigInts, JSON is parsed. */
  $queryRaw<Rows = unknown>(query: Query, ...values: unknown[]): Promise<Rows>;
  /** How many rows it touched. */
  $executeRaw(query: Query, ...values: unknown[]): Promise<number>;
}

/**
 * Statements given to the driver itself, on the connections of the client: the client's own way costs three to seven
 * times the processor time. For what is done for each message, and what is asked most.
 * Rejects with the driver's error, whose `code` is its SQLSTATE, or with DatabaseAwayError, also after ten seconds without
 * an answer.
 */
export interface DirectStatements extends Statements {
  /**
   * Commits what `work` did, or undoes it where it rejects.
   * Rejects with DatabaseAwayError, code TRANSACTION_TIMEOUT, where it takes more than ten seconds.
   */
  transaction<Result>(work: (tx: Statements) => Promise<Result>): Promise<Result>;
}

const transactionTimeoutMs = 10_000;
/** However it is asked for, a statement is answered by then. */
const answerMs = 10_000;

/** @param nameOf names for statements by their text, the same as all others on these connections have */
export function createStatements(pool: Pool, nameOf: (query: { sql: string }) => string): DirectStatements {
  const on = (runner: Pick<Pool | PoolClient, 'query'>): Statements => {
    const run = async (query: Query, values: unknown[]): Promise<QueryResult> => {
      const sql = query instanceof Prisma.Sql ? query : Prisma.sql(query, ...values);
      const { text, values: bound } = sql;
      const asked = {
        name: nameOf({ sql: text }),
        text,
        values: bound,
        types: ownTypes,
        query_timeout: answerMs,
      };
      return orAway(runner.query(asked));
    };
    return {
      $queryRaw: async <Rows>(query: Query, ...values: unknown[]) => (await run(query, values)).rows as Rows,
      $executeRaw: async (query, ...values) => (await run(query, values)).rowCount ?? 0,
    };
  };

  return {
    ...on(pool),

    async transaction(work) {
      const client = await orAway(pool.connect());
      const hold = holdOf(client);
      const timer = setTimeout(() => hold.breakOff(), transactionTimeoutMs);
      try {
        await orAway(client.query('BEGIN'));
        const result = await work(on(client));
        await orAway(client.query('COMMIT'));
        hold.end();
        return result;
      } catch (error) {
        if (hold.isBroken()) throw new DatabaseAwayError('TRANSACTION_TIMEOUT', { cause: error });
        await client.query('ROLLBACK').then(hold.end, hold.breakOff);
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** A connection that is given back once, or closed because nobody knows what it is at. */
function holdOf(client: PoolClient) {
  let isHeld = true;
  let isBroken = false;
  const end = (isLost: boolean) => {
    if (isHeld) client.release(isLost);
    isHeld = false;
  };
  return {
    isBroken: () => isBroken,
    end: () => end(false),
    breakOff: () => {
      isBroken = true;
      end(true);
    },
  };
}

const { INT8, TIMESTAMPTZ } = types.builtins;
const ownParsers = new Map<number, (text: string) => unknown>([
  [INT8, BigInt],
  [TIMESTAMPTZ, parseInstant],
]);
const ownTypes = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary'): unknown =>
    ownParsers.get(oid) ?? types.getTypeParser(oid, format)) as typeof types.getTypeParser,
};

/** Connections that break, or can't be had, have one name. */
async function orAway<Result>(attempt: Promise<Result>): Promise<Result> {
  try {
    return await attempt;
  } catch (error) {
    throw isAway(error) ? new DatabaseAwayError('DATABASE_AWAY', { cause: error }) : error;
  }
}

/** SQLSTATE 08: connection exceptions; 57P: the server was told to stop, or is not ready yet. The rest are the system's. */
const awayCode = /^(08...|57P..|ECONN[A-Z]+|EPIPE|ETIMEDOUT)$/;

function isAway(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return isOfConnection(error) || (typeof code === 'string' && awayCode.test(code));
}
