import { createHash } from 'node:crypto';
import type { TenantId } from '@wafleet/contracts';
import type { Statements } from '@wafleet/db';
import type { MessageFact } from '../messages/inbox/message-facts';

/** What the page tells as it happens is never of before an erasure, so that nothing is looked up for it. */
const nowMs = 5_000;

/** Written down instead of the contact. Whoever holds the database can try numbers; nobody can read them from it. */
export function contactHash(tenantId: TenantId, contact: string): string {
  return createHash('sha256').update(`erased contact of ${tenantId}: ${contact}`).digest('hex');
}

/**
 * Without what is of before the erasure of its contact: a reading of the page after an outage finds all of a day again,
 * and would bring it back.
 */
export async function withoutErased(
  tx: Statements,
  facts: readonly MessageFact[],
  now: Date,
): Promise<MessageFact[]> {
  const late = facts.flatMap((fact) => {
    const said = saidBy(fact);
    return said !== null && now.getTime() - said.at.getTime() > nowMs ? [{ fact, ...said }] : [];
  });
  if (late.length === 0) return [...facts];
  const asked = late.flatMap(({ fact, contacts }) => contacts.map((contact) => ({ fact, contact })));
  const erasedAt = await erasedAmong(
    tx,
    asked.map(({ fact: { tenantId }, contact }) => ({ tenantId, hash: contactHash(tenantId, contact) })),
  );
  if (erasedAt.size === 0) return [...facts];
  const erased = new Set<MessageFact>();
  for (const { fact, contacts, at } of late) {
    const ends = contacts.map((contact) => erasedAt.get(contactHash(fact.tenantId, contact)));
    if (ends.some((end) => end !== undefined && at <= end)) erased.add(fact);
  }
  return facts.filter((fact) => !erased.has(fact));
}

/** When those of these contacts were erased that were, by their hashes. */
export async function erasedAmong(
  db: Pick<Statements, '$queryRaw'>,
  asked: readonly { tenantId: TenantId; hash: string }[],
): Promise<Map<string, Date>> {
  const rows = await db.$queryRaw<{ hash: string; erasedAt: Date }[]>`
    SELECT e.contact_hash AS hash, e.erased_at AS "erasedAt"
    FROM erased_contacts e
    JOIN (
      SELECT DISTINCT * FROM unnest(
        ${asked.map(({ tenantId }) => tenantId)}::text[], ${asked.map(({ hash }) => hash)}::text[]
      ) AS v (tenant_id, hash)) AS asked
      ON asked.tenant_id = e.tenant_id AND asked.hash = e.contact_hash`;
  return new Map(rows.map((row) => [row.hash, row.erasedAt]));
}

/** Whose it is, and when it was said; null for what holds nothing of anybody. */
function saidBy(fact: MessageFact): { contacts: string[]; at: Date } | null {
  switch (fact.kind) {
    case 'seen':
      return { contacts: [fact.message.chatId, fact.message.sender], at: fact.message.timestamp };
    case 'updated':
      return { contacts: [fact.target.chatId, fact.target.sender], at: fact.update.at };
    case 'acked':
      return null;
  }
}
