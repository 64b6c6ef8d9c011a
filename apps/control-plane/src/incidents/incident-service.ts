import {
  AppError,
  type Incident,
  type IncidentDetail,
  type ListIncidentsQuery,
  type Page,
  type Reason,
  type TenantId,
} from '@wafleet/contracts';
import type { Database, Prisma } from '@wafleet/db';
import { decodeCursor, pageFrom } from '../page-cursor';
import type { Vault } from '../secrets/vault';
import { reasonView } from '../tenants/tenant-view';
import { type Evidence, evidenceView } from './evidence';
import { screenshotPurpose } from './note-incident';

/** What callers may ask of incidents. An incident of another tenant is as unknown as one that never was: NOT_FOUND. */
export interface IncidentService {
  /** Newest first; of all tenants when null. @throws AppError INVALID_INPUT for a broken cursor */
  list(tenantId: TenantId | null, query: ListIncidentsQuery): Promise<Page<Incident>>;
  get(tenantId: TenantId, incidentId: string): Promise<IncidentDetail>;
  /** A JPEG. @throws AppError NO_SCREENSHOT saying why there is none */
  screenshot(tenantId: TenantId, incidentId: string): Promise<Buffer>;
}

export function createIncidentService(deps: { db: Database; vault: Pick<Vault, 'open'> }): IncidentService {
  const { db, vault } = deps;

  return {
    async list(tenantId, { reason, open, limit, cursor }) {
      const before = cursor === undefined ? undefined : decodeCursor('incidents', /^inc_\w{26}$/, cursor);
      const rows = await db.incident.findMany({
        where: {
          ...(tenantId === null ? {} : { tenantId }),
          ...(reason === undefined ? {} : { reason }),
          ...(open === undefined ? {} : { resolvedAt: open ? null : { not: null } }),
          ...(before === undefined ? {} : { id: { lt: before } }),
        },
        omit: { evidence: true },
        include: withoutPicture,
        orderBy: { id: 'desc' },
        take: limit + 1,
      });
      const page = pageFrom('incidents', rows, limit, ({ id }) => id);
      return { ...page, items: page.items.map(incidentView) };
    },

    async get(tenantId, incidentId) {
      const row = await db.incident.findFirst({
        where: { id: incidentId, tenantId },
        include: withoutPicture,
      });
      if (row === null) throw new AppError('NOT_FOUND');
      const evidence = evidenceView(row.evidence as unknown as Partial<Evidence>);
      return { ...incidentView(row), noScreenshot: row.noScreenshot, evidence };
    },

    async screenshot(tenantId, incidentId) {
      const row = await db.incident.findFirst({
        where: { id: incidentId, tenantId },
        select: { noScreenshot: true, screenshot: true },
      });
      if (row === null) throw new AppError('NOT_FOUND');
      if (row.screenshot === null)
        throw new AppError('NO_SCREENSHOT', row.noScreenshot === null ? {} : { detail: row.noScreenshot });
      return vault.open(tenantId, screenshotPurpose(incidentId), row.screenshot.sealed);
    },
  };
}

const withoutPicture = { screenshot: { select: { incidentId: true } } } as const;

type Row = Omit<Prisma.IncidentGetPayload<{ include: typeof withoutPicture }>, 'evidence'>;

function incidentView(row: Row): Incident {
  return {
    id: row.id,
    tenantId: row.tenantId,
    reason: reasonView(row.reason as Reason),
    detail: row.detail,
    generation: row.generation,
    openedAt: row.openedAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    count: row.count,
    resolvedAt: row.resolvedAt?.toISOString() ?? null,
    hasScreenshot: row.screenshot !== null,
  };
}
