import { idPrefixes, type OutageCause, type TenantId } from '@wafleet/contracts';
import type { Transaction } from '@wafleet/db';
import type { NewId } from '../new-id';

export interface NewOutage {
  tenantId: TenantId;
  accountId: string;
  cause: OutageCause;
  /** Of the worker that listens again. */
  generation: number;
  /** The last moment at which the account was proven to be listened to; null where none is known. */
  heardUntil: Date | null;
  /** Since when it is listened to again, by the worker's clock, in Unix milliseconds. */
  heardFrom: number;
}

export interface OpenOutage {
  id: string;
  to: Date;
}

/**
 * Somebody listens again since `heardFrom`: what came between `heardUntil` and then is missing. An outage before it that was not read to
 * its end leaves what is missing from its time to this one, because complete_until moves only for what was caught up
 * with. The caller holds the lock on the tenant's row.
 */
export async function openOutage(
  tx: Transaction,
  outage: NewOutage,
  { newId, now }: { newId: NewId; now: Date },
): Promise<OpenOutage> {
  const { tenantId, accountId, cause, generation } = outage;
  const id = newId(idPrefixes.outage);
  const to = new Date(Math.min(outage.heardFrom, now.getTime()));
  const heardUntil = outage.heardUntil === null || outage.heardUntil > now ? null : outage.heardUntil;
  await tx.$executeRaw`
    WITH before AS (
      SELECT id, linked_at, heard_from, complete_until,
        GREATEST(COALESCE(${heardUntil}::timestamptz, linked_at), linked_at) AS heard_until
      FROM accounts WHERE id = ${accountId}),
    chats AS (
      UPDATE chat_backfills c SET complete_until = GREATEST(c.complete_until, before.heard_until)
      FROM before WHERE c.account_id = before.id AND c.complete_until >= before.heard_from),
    ended AS (
      UPDATE outages SET ended_at = ${now} WHERE account_id = ${accountId} AND ended_at IS NULL),
    moved AS (
      UPDATE accounts a SET
        heard_from = ${to},
        complete_until = CASE
          WHEN before.complete_until < before.heard_from THEN before.complete_until
          ELSE GREATEST(before.complete_until, before.heard_until) END
      FROM before WHERE a.id = before.id)
    INSERT INTO outages (id, tenant_id, account_id, cause, generation, from_at, to_at)
    SELECT ${id}, ${tenantId}, before.id, ${cause}, ${generation}, LEAST(before.heard_until, ${to}), ${to}
    FROM before`;
  return { id, to };
}
