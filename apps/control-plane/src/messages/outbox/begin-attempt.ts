import { createHash } from 'node:crypto';
import { waMessageIdFrom } from '@wafleet/contracts';
import type { Database, Statements } from '@wafleet/db';
import { inBatches } from '../../scheduling/batches';
import type { OpenMessage } from './open-messages';
import { isChange } from '../change-type';
import { paceStep, takePlace, type Pace } from './send-pace';

/** A message that is committed as SENDING. */
export interface Attempt {
  message: OpenMessage;
  /** Null for what is said of another message: it has no id that we could choose. */
  waMessageId: string | null;
  generation: number;
  number: number;
}

/** A message that this generation of its tenant's worker is to be given. */
interface Beginning {
  message: OpenMessage;
  generation: number;
  pace: Pace | null;
}

/**
 * Commits that this generation of the worker is given the message, with the id it will have at WhatsApp; the intent
 * before the act. Null where the message changed meanwhile, for example because it was cancelled, or where another
 * chat's message took the tenant's place in its pace. Those of all tenants that begin at the same time are one commit.
 */
export type BeginAttempt = (beginning: Beginning) => Promise<Attempt | null>;

/** Places in paces are taken one by one. */
const maxTogether = 50;

export function createBeginAttempt(deps: {
  db: Database;
  now: () => Date;
  random: () => number;
}): BeginAttempt {
  return inBatches<Beginning, Attempt | null>(maxTogether, async (beginnings) => {
    const now = deps.now();
    const rows = beginnings.map(rowOf);
    const begun = await (beginnings.every(({ pace }) => pace === null)
      ? writeIntents(deps.db.statements, rows, now)
      : deps.db.statements.transaction(async (tx) => {
          const placed: IntentRow[] = [];
          for (const [index, { message, pace }] of beginnings.entries()) {
            const step = pace && paceStep(pace, deps.random());
            const hasPlace = step === null || (await takePlace(tx, message.tenantId, now, step));
            if (hasPlace) placed.push(rows[index] as IntentRow);
          }
          return writeIntents(tx, placed, now);
        }));
    return beginnings.map(({ message, generation }, index) => {
      const { waMessageId, number } = rows[index] as IntentRow;
      return begun.has(message.id) ? { message, waMessageId, generation, number } : null;
    });
  });
}

type IntentRow = ReturnType<typeof rowOf>;

function rowOf({ message, generation }: Beginning) {
  return {
    id: message.id,
    status: message.status,
    attempts: message.attempts,
    generation,
    accountId: message.linkedAccountId,
    waMessageId: isChange(message.type) ? null : (message.waMessageId ?? waMessageIdOf(message.id)),
    number: message.attempts + 1,
  };
}

/** The ids of those that are as they were read. */
async function writeIntents(
  db: Statements,
  rows: readonly IntentRow[],
  now: Date,
): Promise<ReadonlySet<string>> {
  if (rows.length === 0) return new Set();
  const begun = await db.$queryRaw<{ id: string }[]>`
    UPDATE messages m
    SET status = 'SENDING', generation = v.generation, account_id = COALESCE(v."accountId", m.account_id),
        wa_message_id = v."waMessageId", attempts = v.number, sending_at = ${now}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS v (
      id text, status "MessageStatus", attempts int, generation int, "accountId" text, "waMessageId" text,
      number int)
    WHERE m.id = v.id AND m.status = v.status AND m.attempts = v.attempts
    RETURNING m.id`;
  return new Set(begun.map(({ id }) => id));
}

/** Back into the queue, because nothing was sent. */
export async function requeue(db: Database, message: OpenMessage): Promise<void> {
  await db.message.updateMany({
    where: { id: message.id, status: 'SENDING', attempts: message.attempts },
    data: { status: 'QUEUED' },
  });
}

function waMessageIdOf(messageId: string): string {
  return waMessageIdFrom(createHash('sha256').update(messageId).digest('hex'));
}
