import type { ContactErasure, TenantId } from '@wafleet/contracts';
import type { Database, Transaction } from '@wafleet/db';
import type { MediaService } from '../media/media-service';
import { changeTenant, type TenantChangeDeps } from '../tenants/changes/change-tenant';
import type { Actor } from '../tenants/changes/request-run';
import { contactHash } from './erased-contacts';
import type { ExportService } from './export/export-service';
import { namesOfContact } from './names-of-contact';

const batchSize = 1_000;

/**
 * Erases what is kept of one contact of a tenant: the chat with it, what it wrote in groups, its reactions, votes and
 * mentions, media, what was on its way to webhooks, and every export of the tenant. What waits to be sent to it is not sent. First it is written down
 * that it was erased, so that no reading of the page brings anything of before back. Repeats erase what came since, and what an
 * interrupted one left.
 * @throws AppError NOT_FOUND, TENANT_ERASING
 */
export async function eraseContact(
  deps: TenantChangeDeps & {
    db: Database;
    media: Pick<MediaService, 'remove'>;
    exports: Pick<ExportService, 'removeAll'>;
  },
  tenantId: TenantId,
  contact: string,
  by: Actor,
): Promise<ContactErasure> {
  const { db } = deps;
  const names = await namesOfContact(db, tenantId, contact);
  await changeTenant(deps, tenantId, async (tx, _tenant, now) => {
    for (const contactName of names) {
      const key = { tenantId, contactHash: contactHash(tenantId, contactName) };
      await tx.erasedContact.upsert({
        where: { tenantId_contactHash: key },
        create: { ...key, erasedAt: now },
        update: { erasedAt: now },
      });
    }
    return [{ tenantId, type: 'action.requested', at: now, data: { action: 'erase-contact', by } }];
  });

  let messages = 0;
  const mediaIds = new Set<string>();
  for (;;) {
    const rows = await deleteMessages(db, tenantId, names);
    messages += rows.length;
    for (const { mediaId } of rows) if (mediaId !== null) mediaIds.add(mediaId);
    if (rows.length < batchSize) break;
  }
  for (const mediaId of mediaIds) await deps.media.remove(tenantId, mediaId);
  await db.$transaction((tx) => removeTraces(tx, tenantId, names));
  // Last, so that none is made of what was not erased yet. Whichever it is, the contact may be in it.
  await deps.exports.removeAll(tenantId);
  return { messages, media: mediaIds.size };
}

function deleteMessages(
  db: Database,
  tenantId: TenantId,
  names: readonly string[],
): Promise<{ mediaId: string | null }[]> {
  return db.$queryRaw`
    DELETE FROM messages WHERE id IN (
      SELECT id FROM messages
      WHERE tenant_id = ${tenantId} AND (chat_id = ANY(${names}) OR sender = ANY(${names}))
      ORDER BY id LIMIT ${batchSize})
    RETURNING media_id AS "mediaId"`;
}

/** What stands elsewhere and names the contact. */
async function removeTraces(tx: Transaction, tenantId: TenantId, names: readonly string[]): Promise<void> {
  const byThem = names.map((sender) => JSON.stringify([{ sender }]));
  await tx.$executeRaw`
    UPDATE messages m SET
      reactions = (SELECT COALESCE(jsonb_agg(r), '[]') FROM jsonb_array_elements(m.reactions) r
                   WHERE NOT r->>'sender' = ANY(${names})),
      votes = (SELECT COALESCE(jsonb_agg(v), '[]') FROM jsonb_array_elements(m.votes) v
               WHERE NOT v->>'sender' = ANY(${names}))
    WHERE tenant_id = ${tenantId} AND (reactions <> '[]' OR votes <> '[]')
      AND (reactions @> ANY(${byThem}::jsonb[]) OR votes @> ANY(${byThem}::jsonb[]))`;
  await tx.$executeRaw`
    UPDATE messages SET mentions = ARRAY(SELECT x FROM unnest(mentions) x WHERE NOT x = ANY(${names}))
    WHERE tenant_id = ${tenantId} AND mentions && ${names}::text[]`;
  await tx.$executeRaw`
    UPDATE messages SET content = jsonb_set(content, '{recipients}', (content->'recipients') - ${names}::text[])
    WHERE tenant_id = ${tenantId} AND type = 'group_event' AND content->'recipients' ?| ${names}::text[]`;
  const parts = names.map((name) => `%${name.split('@')[0]}%`);
  await tx.$executeRaw`
    DELETE FROM early_updates WHERE tenant_id = ${tenantId} AND event::text LIKE ANY(${parts})`;
  await tx.$executeRaw`
    DELETE FROM quarantined_events WHERE tenant_id = ${tenantId} AND frame LIKE ANY(${parts})`;
  await tx.$executeRaw`
    DELETE FROM webhook_deliveries d USING webhook_endpoints e
    WHERE e.id = d.endpoint_id AND e.tenant_id = ${tenantId} AND d.chat = ANY(${names})`;
  await tx.$executeRaw`
    DELETE FROM outage_chats c USING outages o
    WHERE o.id = c.outage_id AND o.tenant_id = ${tenantId} AND c.chat_id = ANY(${names})`;
  await tx.$executeRaw`
    DELETE FROM chat_backfills b USING accounts a
    WHERE a.id = b.account_id AND a.tenant_id = ${tenantId} AND b.chat_id = ANY(${names})`;
  await tx.privacyId.deleteMany({
    where: { tenantId, OR: [{ lid: { in: [...names] } }, { chatId: { in: [...names] } }] },
  });
}
