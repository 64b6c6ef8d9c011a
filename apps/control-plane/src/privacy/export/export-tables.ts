import type { TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { AuditLog } from '../../audit/audit-log';

/** Of whom everything is wanted. */
export interface ExportScope {
  tenantId: TenantId;
  /** Every id by which the one contact is known; null: everything about the tenant. */
  contact: readonly string[] | null;
}

/** Rows of one kind, a page at a time, so that memory stays constant however many there are. */
export interface ExportTable {
  name: string;
  pages(): AsyncGenerator<readonly object[]>;
}

export interface ExportTableDeps {
  db: Database;
  audit: Pick<AuditLog, 'listOfTenant'>;
}

/** A message may be tens of kilobytes long. */
const pageSize = 200;

/** What WhatsApp, people and programs have left here of a tenant: all but secrets, and what only this machine needs. */
export function tablesOfTenant({ db, audit }: ExportTableDeps, tenantId: TenantId): ExportTable[] {
  const of = { tenantId };
  return [
    single('tenant', () =>
      db.tenant.findUnique({ where: { id: tenantId }, omit: { proxySealed: true, osUid: true } }),
    ),
    single('session', () =>
      db.whatsappSession.findUnique({
        where: of,
        omit: { lastQr: true, pairingCode: true, pairingPhone: true },
      }),
    ),
    single('retention', () => db.retention.findUnique({ where: of })),
    byId('accounts', (page) => db.account.findMany({ ...page, where: { ...of, ...page.where } })),
    byId('messages', (page) =>
      db.message.findMany({ ...page, where: { ...of, ...page.where }, omit: { requestHash: true } }),
    ),
    table<{ lid: string }>('privacy-ids', (after) =>
      db.privacyId.findMany({
        where: { ...of, ...(after && { lid: { gt: after.lid } }) },
        orderBy: { lid: 'asc' },
        take: pageSize,
      }),
    ),
    byId('outages', (page) =>
      db.outage.findMany({ ...page, where: { ...of, ...page.where }, include: { chats: true } }),
    ),
    table<{ seq: bigint }>('events', (after) =>
      db.tenantEvent.findMany({
        where: { ...of, ...(after && { seq: { gt: after.seq } }) },
        orderBy: { seq: 'asc' },
        take: pageSize,
      }),
    ),
    table<{ id: bigint }>('early-updates', (after) =>
      db.earlyUpdate.findMany({
        where: { ...of, ...(after && { id: { gt: after.id } }) },
        orderBy: { id: 'asc' },
        take: pageSize,
      }),
    ),
    table<{ id: bigint }>('quarantined-events', (after) =>
      db.quarantinedEvent.findMany({
        where: { ...of, ...(after && { id: { gt: after.id } }) },
        orderBy: { id: 'asc' },
        take: pageSize,
      }),
    ),
    byId('webhooks', (page) =>
      db.webhookEndpoint.findMany({
        ...page,
        where: { ...of, ...page.where },
        omit: { secretSealed: true, previousSealed: true },
      }),
    ),
    deliveries(db, tenantId, null),
    byId('incidents', (page) =>
      db.incident.findMany({
        ...page,
        where: { ...of, ...page.where },
        omit: { evidence: true, reports: true },
      }),
    ),
    byId('snapshots', (page) =>
      db.snapshot.findMany({ ...page, where: { ...of, ...page.where }, omit: { largest: true } }),
    ),
    table<{ hour: Date }>('usage', (after) =>
      db.usageHour.findMany({
        where: { ...of, ...(after && { hour: { gt: after.hour } }) },
        orderBy: { hour: 'asc' },
        take: pageSize,
      }),
    ),
    table<{ userId: string }>('people', (after) =>
      db.membership.findMany({
        where: { ...of, ...(after && { userId: { gt: after.userId } }) },
        orderBy: { userId: 'asc' },
        take: pageSize,
        select: { userId: true, role: true, user: { select: { email: true, name: true } } },
      }),
    ),
    byId('invitations', (page) =>
      db.invitation.findMany({ ...page, where: { ...of, ...page.where }, omit: { tokenHash: true } }),
    ),
    byId('onboarding-links', (page) =>
      db.onboardingLink.findMany({
        ...page,
        where: { ...of, ...page.where },
        omit: { tokenHash: true, browserHash: true },
      }),
    ),
    byId('api-keys', (page) =>
      db.apiKey.findMany({ ...page, where: { ...of, ...page.where }, omit: { hash: true } }),
    ),
    auditTable(audit, tenantId),
  ];
}

/** The same of one contact: what erasing one takes (privacy/erase-contact.ts). */
export function tablesOfContact(
  { db }: Pick<ExportTableDeps, 'db'>,
  tenantId: TenantId,
  names: readonly string[],
): ExportTable[] {
  const own = { in: [...names] };
  // Whole, so that no number is found within a longer one of somebody else.
  const quoted = names.map((name) => `"${name}"`);
  return [
    byId('messages', (page) =>
      db.message.findMany({
        ...page,
        where: { tenantId, ...page.where, OR: [{ chatId: own }, { sender: own }] },
        omit: { requestHash: true },
      }),
    ),
    marksOf(db, tenantId, names),
    eventsOf(db, tenantId, names),
    table<{ lid: string }>('privacy-ids', (after) =>
      db.privacyId.findMany({
        where: { tenantId, OR: [{ lid: own }, { chatId: own }], ...(after && { lid: { gt: after.lid } }) },
        orderBy: { lid: 'asc' },
        take: pageSize,
      }),
    ),
    byId('outages', (page) =>
      db.outage.findMany({
        ...page,
        where: { tenantId, ...page.where, chats: { some: { chatId: own } } },
        include: { chats: { where: { chatId: own } } },
      }),
    ),
    table<{ id: bigint; event: unknown; at: Date }>('early-updates', (after) => {
      const patterns = quoted.map((name) => `%${name}%`);
      return db.$queryRaw`
        SELECT id, event, at FROM early_updates
        WHERE tenant_id = ${tenantId} AND id > ${after?.id ?? 0n} AND event::text LIKE ANY(${patterns})
        ORDER BY id LIMIT ${pageSize}`;
    }),
    table<{ id: bigint }>('quarantined-events', (after) =>
      db.quarantinedEvent.findMany({
        where: {
          tenantId,
          ...(after && { id: { gt: after.id } }),
          OR: quoted.map((name) => ({ frame: { contains: name } })),
        },
        orderBy: { id: 'asc' },
        take: pageSize,
      }),
    ),
    deliveries(db, tenantId, names),
  ];
}

/** What is kept of media, whose bytes follow it. */
export function mediaPages(
  db: Database,
  { tenantId, contact }: ExportScope,
): AsyncGenerator<readonly { id: string; sha256: string; sizeBytes: number; filename: string | null }[]> {
  const own = contact === null ? null : { in: [...contact] };
  const ofContact = own === null ? {} : { messages: { some: { OR: [{ chatId: own }, { sender: own }] } } };
  return pagesById((page) =>
    db.media.findMany({ ...page, where: { tenantId, ...page.where, ...ofContact } }),
  );
}

/** What happened to messages of the contact's. */
function eventsOf(db: Database, tenantId: TenantId, names: readonly string[]): ExportTable {
  return table<{ seq: bigint }>(
    'events',
    (after) => db.$queryRaw`
      SELECT e.seq, e.type, e.at, e.data FROM tenant_events e
      WHERE e.tenant_id = ${tenantId} AND e.seq > ${after?.seq ?? 0n} AND EXISTS (
        SELECT FROM messages m
        WHERE m.tenant_id = e.tenant_id AND m.id = e.data->>'messageId'
          AND (m.chat_id = ANY(${names}) OR m.sender = ANY(${names})))
      ORDER BY e.seq LIMIT ${pageSize}`,
  );
}

/** Reactions, votes and mentions of the contact at messages of whomever; nothing else of these. */
function marksOf(db: Database, tenantId: TenantId, names: readonly string[]): ExportTable {
  const byThem = names.map((sender) => JSON.stringify([{ sender }]));
  return table<{ messageId: string }>(
    'reactions-votes-mentions',
    (after) => db.$queryRaw`
      SELECT id AS "messageId", chat_id AS "chatId", timestamp,
        (SELECT COALESCE(jsonb_agg(r), '[]') FROM jsonb_array_elements(reactions) r
         WHERE r->>'sender' = ANY(${names})) AS reactions,
        (SELECT COALESCE(jsonb_agg(v), '[]') FROM jsonb_array_elements(votes) v
         WHERE v->>'sender' = ANY(${names})) AS votes,
        mentions && ${names}::text[] AS "isMentioned"
      FROM messages
      WHERE tenant_id = ${tenantId} AND id > ${after?.messageId ?? ''}
        AND (reactions @> ANY(${byThem}::jsonb[]) OR votes @> ANY(${byThem}::jsonb[])
          OR mentions && ${names}::text[])
      ORDER BY id LIMIT ${pageSize}`,
  );
}

function deliveries(db: Database, tenantId: TenantId, chats: readonly string[] | null): ExportTable {
  return table<{ eventSeq: bigint; endpointId: string }>('webhook-deliveries', (after) =>
    db.webhookDelivery.findMany({
      where: {
        endpoint: { tenantId },
        ...(chats && { chat: { in: [...chats] } }),
        ...(after && {
          OR: [
            { eventSeq: { gt: after.eventSeq } },
            { eventSeq: after.eventSeq, endpointId: { gt: after.endpointId } },
          ],
        }),
      },
      orderBy: [{ eventSeq: 'asc' }, { endpointId: 'asc' }],
      take: pageSize,
      include: {
        attemptLog: { orderBy: { id: 'asc' }, omit: { id: true, eventSeq: true, endpointId: true } },
      },
    }),
  );
}

/** As the tenant's people may see it: who an operator was is not theirs to know. */
function auditTable(audit: ExportTableDeps['audit'], tenantId: TenantId): ExportTable {
  return {
    name: 'audit',
    async *pages() {
      let cursor: string | null | undefined;
      while (cursor !== null) {
        const page = await audit.listOfTenant(tenantId, { limit: pageSize, ...(cursor && { cursor }) });
        if (page.items.length > 0) yield page.items;
        cursor = page.nextCursor;
      }
    },
  };
}

interface PageById {
  where: { id?: { gt: string } };
  orderBy: { id: 'asc' };
  take: number;
}

function byId<Row extends { id: string }>(
  name: string,
  read: (page: PageById) => Promise<Row[]>,
): ExportTable {
  return { name, pages: () => pagesById(read) };
}

function pagesById<Row extends { id: string }>(
  read: (page: PageById) => Promise<Row[]>,
): AsyncGenerator<Row[]> {
  return pagesOf<Row>((after) =>
    read({ where: after ? { id: { gt: after.id } } : {}, orderBy: { id: 'asc' }, take: pageSize }),
  );
}

function single(name: string, read: () => Promise<object | null>): ExportTable {
  return {
    name,
    async *pages() {
      const row = await read();
      if (row !== null) yield [row];
    },
  };
}

/** @param read the rows that follow this one */
function table<Row extends object>(
  name: string,
  read: (after: Row | undefined) => Promise<Row[]>,
): ExportTable {
  return { name, pages: () => pagesOf(read) };
}

async function* pagesOf<Row>(read: (after: Row | undefined) => Promise<Row[]>): AsyncGenerator<Row[]> {
  let after: Row | undefined;
  for (;;) {
    const rows = await read(after);
    if (rows.length > 0) yield rows;
    if (rows.length < pageSize) return;
    after = rows.at(-1);
  }
}
