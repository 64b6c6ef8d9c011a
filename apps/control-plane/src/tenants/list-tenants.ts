import type { ListTenantsQuery, Page, Tenant } from '@wafleet/contracts';
import type { Database, Prisma } from '@wafleet/db';
import { decodeCursor, pageFrom } from '../page-cursor';
import { tenantView } from './tenant-view';

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
  const rows = await db.tenant.findMany({
    where: {
      AND: [
        before === undefined ? {} : { id: { lt: before } },
        status === undefined ? {} : hasStatus(status, now),
        q === undefined ? {} : matches(q),
      ],
    },
    orderBy: { id: 'desc' },
    take: limit + 1,
  });
  const page = pageFrom('tenants', rows, limit, ({ id }) => id);
  return { ...page, items: page.items.map((row) => tenantView(row, now)) };
}

/** The stored status, but for green that has expired: that is RECOVERING, as it is shown. */
function hasStatus(status: NonNullable<ListTenantsQuery['status']>, now: Date): Prisma.TenantWhereInput {
  const isExpired: Prisma.TenantWhereInput = { OR: [{ greenUntil: null }, { greenUntil: { lte: now } }] };
  if (status === 'ACTIVE') return { status, NOT: isExpired };
  if (status === 'RECOVERING') return { OR: [{ status }, { status: 'ACTIVE', ...isExpired }] };
  return { status };
}

function matches(q: string): Prisma.TenantWhereInput {
  const digits = /^[\d\s()+-]+$/.test(q) ? q.replace(/\D/g, '') : '';
  const byNumber: Prisma.TenantWhereInput[] =
    digits === ''
      ? []
      : [
          { phoneNumber: { contains: digits } },
          { session: { account: { phoneNumber: { contains: digits } } } },
        ];
  return { OR: [{ id: q }, { name: { contains: literal(q), mode: 'insensitive' } }, ...byNumber] };
}

/** Freed of the meaning that some characters have in LIKE. */
function literal(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
