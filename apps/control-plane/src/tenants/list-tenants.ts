import type { ListTenantsQuery, Page, Tenant } from '@wafleet/contracts';
import { type Database, Prisma } from '@wafleet/db';
import { decodeCursor, pageFrom } from '../page-cursor';
import { type ListedTenant, tenantView } from './tenant-view';

/**
 * Tenants, newest first. Pages follow the ids, so that every tenant that was there at the first page comes exactly
 * once, whatever is added meanwhile. @throws AppError INVALID_INPUT for a broken cursor
 */
export async function listTenants(
  db: Database,
  { status, q, limit, cursor }: ListTenantsQuery,
  now: Date,
): Promise<Page<Tenant>> {
  const before = cursor === undefined ? undefined : decodeCursor('tenants', /^ten_\w{26}$/, cursor);
  const wanted = [
    ...(before === undefined ? [] : [Prisma.sql`t.id < ${before}`]),
    ...(status === undefined ? [] : [hasStatus(status, now)]),
    ...(q === undefined ? [] : [matches(q)]),
  ];
  const rows = await db.statements.$queryRaw<ListedTenant[]>`
    SELECT
      t.id, t.name, t.phone_number AS "phoneNumber", t.proxy_address AS "proxyAddress", t.limits,
      t.desired_state::text AS "desiredState", t.status::text AS status, t.status_reason AS "statusReason",
      t.status_since AS "statusSince", t.green_until AS "greenUntil", t.created_at AS "createdAt"
    FROM tenants t
    ${wanted.length === 0 ? Prisma.empty : Prisma.sql`WHERE ${Prisma.join(wanted, ' AND ')}`}
    ORDER BY t.id DESC
    LIMIT ${limit + 1}`;
  const page = pageFrom('tenants', rows, limit, ({ id }) => id);
  return { ...page, items: page.items.map((row) => tenantView(row, now)) };
}

/** The stored status, but for green that has expired: that is RECOVERING, as it is shown. */
function hasStatus(status: NonNullable<ListTenantsQuery['status']>, now: Date): Prisma.Sql {
  if (status === 'ACTIVE') return Prisma.sql`(t.status = 'ACTIVE' AND t.green_until > ${now})`;
  if (status === 'RECOVERING')
    return Prisma.sql`(t.status = 'RECOVERING' OR (t.status = 'ACTIVE' AND (t.green_until > ${now}) IS NOT TRUE))`;
  return Prisma.sql`t.status = ${status}::"TenantStatus"`;
}

function matches(q: string): Prisma.Sql {
  const named = Prisma.sql`t.id = ${q} OR t.name ILIKE ${`%${literal(q)}%`}`;
  const digits = /^[\d\s()+-]+$/.test(q) ? q.replace(/\D/g, '') : '';
  if (digits === '') return Prisma.sql`(${named})`;
  const number = `%${digits}%`;
  return Prisma.sql`(${named} OR t.phone_number LIKE ${number} OR EXISTS (
    SELECT FROM whatsapp_sessions s JOIN accounts a ON a.id = s.account_id
    WHERE s.tenant_id = t.id AND a.phone_number LIKE ${number}))`;
}

/** Freed of the meaning that some characters have in LIKE. */
function literal(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
