import { createHash } from 'node:crypto';
import type { Database, Statements } from '@wafleet/db';
import type { CleanupTask } from '../../jobs/cleanup';
import { tenantRowRetention } from '../../jobs/tenant-row-retention';
import { type MessageEvent, storableId, type UpdatedEvent, type UpdatedFact } from './message-facts';

/** An update whose message was not there yet when it came. */
export type EarlyUpdate = MessageEvent & { id: bigint; event: UpdatedEvent };

/** Those of the messages that are told in this batch. */
export async function findEarlyUpdates(
  tx: Statements,
  batch: readonly MessageEvent[],
): Promise<EarlyUpdate[]> {
  const told = batch.flatMap(({ tenantId, event }) => {
    const id = event.kind === 'message.created' ? storableId(event.message.key.id) : null;
    return id === null ? [] : [{ tenantId, id }];
  });
  if (told.length === 0) return [];
  return tx.$queryRaw<EarlyUpdate[]>`
    SELECT DISTINCT e.id, e.tenant_id AS "tenantId", e.account_id AS "accountId", 0 AS generation, e.event
    FROM early_updates e
    JOIN unnest(${told.map(({ tenantId }) => tenantId)}::text[], ${told.map(({ id }) => id)}::text[])
      AS told (tenant_id, wa_message_id)
      ON e.tenant_id = told.tenant_id AND e.wa_message_id = told.wa_message_id
    ORDER BY e.id`;
}

/** Keeps what no message is there for; the same again changes nothing. */
export async function keepEarlyUpdates(tx: Statements, facts: readonly UpdatedFact[]): Promise<void> {
  if (facts.length === 0) return;
  const data = facts.map(({ tenantId, accountId, waMessageId, event }) => ({
    tenantId,
    accountId,
    waMessageId,
    event,
    digest: createHash('sha256')
      .update(JSON.stringify([accountId, event]))
      .digest('hex'),
  }));
  await tx.$executeRaw`
    INSERT INTO early_updates (tenant_id, account_id, wa_message_id, event, digest)
    SELECT "tenantId", "accountId", "waMessageId", event, digest
    FROM jsonb_to_recordset(${JSON.stringify(data)}::jsonb) AS v (
      "tenantId" text, "accountId" text, "waMessageId" text, event jsonb, digest text)
    ON CONFLICT DO NOTHING`;
}

export async function forgetEarlyUpdates(tx: Statements, ids: readonly bigint[]): Promise<void> {
  if (ids.length > 0) await tx.$executeRaw`DELETE FROM early_updates WHERE id = ANY(${[...ids]}::bigint[])`;
}

/** Most are about messages of before the link, which never come. */
export const earlyUpdateRetention = (deps: { db: Database; now: () => Date }): CleanupTask =>
  tenantRowRetention(deps, {
    name: 'old updates of unknown messages',
    table: 'early_updates',
    keepPerTenant: 10_000,
  });
