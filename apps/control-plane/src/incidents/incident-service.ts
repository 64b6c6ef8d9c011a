import {
  type Acknowledged,
  type AcknowledgeIncidents,
  AppError,
  type Incident,
  type IncidentDetail,
  type IncidentGroup,
  type IncidentState,
  type ListIncidentGroupsQuery,
  type ListIncidentsQuery,
  type Page,
  type Reason,
  type TenantId,
} from '@wafleet/contracts';
import type { Database, Prisma } from '@wafleet/db';
import { readIncidentGroups } from './incident-groups';
import { decodeCursor, pageFrom } from '../page-cursor';
import type { Vault } from '../secrets/vault';
import { reasonView } from '../tenants/tenant-view';
import { type Evidence, evidenceView } from './evidence';
import { screenshotPurpose } from './note-incident';

/** What callers may ask of incidents. An incident of another tenant is as unknown as one that never was: NOT_FOUND. */
export interface IncidentService {
  /** Newest first; of all tenants when null. @throws AppError INVALID_INPUT for a broken cursor */
  list(tenantId: TenantId | null, query: ListIncidentsQuery): Promise<Page<Incident>>;
  /** Of whichever tenant when null. */
  get(tenantId: TenantId | null, incidentId: string): Promise<IncidentDetail>;
  /** Those of the fleet by what they have in common, those of most tenants first. */
  groups(query: ListIncidentGroupsQuery): Promise<IncidentGroup[]>;
  /** Somebody knows of it; repeats change nothing. */
  acknowledge(incidentId: string, by: string): Promise<IncidentDetail>;
  /** The same for those of a group that are open now. */
  acknowledgeGroup(group: AcknowledgeIncidents, by: string): Promise<Acknowledged>;
  /** A JPEG. @throws AppError NO_SCREENSHOT saying why there is none */
  screenshot(tenantId: TenantId, incidentId: string): Promise<Buffer>;
}

export function createIncidentService(deps: {
  db: Database;
  vault: Pick<Vault, 'open'>;
  now: () => Date;
}): IncidentService {
  const { db, vault, now } = deps;

  const get = async (tenantId: TenantId | null, incidentId: string): Promise<IncidentDetail> => {
    const row = await db.incident.findFirst({
      where: { id: incidentId, ...(tenantId === null ? {} : { tenantId }) },
      include: withoutPicture,
    });
    if (row === null) throw new AppError('NOT_FOUND');
    const evidence = evidenceView(row.evidence as unknown as Partial<Evidence>);
    return { ...incidentView(row), noScreenshot: row.noScreenshot, evidence };
  };

  return {
    get,

    async list(tenantId, { reason, open, state, whatsappWebVersion: version, limit, cursor }) {
      const before = cursor === undefined ? undefined : decodeCursor('incidents', /^inc_\w{26}$/, cursor);
      const rows = await db.incident.findMany({
        where: {
          ...(tenantId === null ? {} : { tenantId }),
          ...(reason === undefined ? {} : { reason }),
          ...(open === undefined ? {} : { resolvedAt: open ? null : { not: null } }),
          ...(version === undefined ? {} : { whatsappWebVersion: version === '' ? null : version }),
          ...(before === undefined ? {} : { id: { lt: before } }),
          AND: state === undefined ? {} : inState(state),
        },
        omit: { evidence: true },
        include: withoutPicture,
        orderBy: { id: 'desc' },
        take: limit + 1,
      });
      const page = pageFrom('incidents', rows, limit, ({ id }) => id);
      return { ...page, items: page.items.map(incidentView) };
    },

    groups: ({ state }) => readIncidentGroups(db, state),

    async acknowledge(incidentId, by) {
      await db.incident.updateMany({
        where: { id: incidentId, acknowledgedAt: null },
        data: { acknowledgedAt: now(), acknowledgedBy: by },
      });
      return get(null, incidentId);
    },

    async acknowledgeGroup({ reason, whatsappWebVersion }, by) {
      const { count } = await db.incident.updateMany({
        where: { reason, whatsappWebVersion, ...inState('open') },
        data: { acknowledgedAt: now(), acknowledgedBy: by },
      });
      return { incidents: count };
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

const withoutPicture = {
  screenshot: { select: { incidentId: true } },
  tenant: { select: { name: true } },
} as const;

function inState(state: IncidentState): Prisma.IncidentWhereInput {
  switch (state) {
    case 'open':
      return { resolvedAt: null, acknowledgedAt: null };
    case 'acknowledged':
      return { resolvedAt: null, acknowledgedAt: { not: null } };
    case 'resolved':
      return { resolvedAt: { not: null } };
  }
}

type Row = Omit<Prisma.IncidentGetPayload<{ include: typeof withoutPicture }>, 'evidence'>;

function incidentView(row: Row): Incident {
  return {
    id: row.id,
    tenantId: row.tenantId,
    tenantName: row.tenant.name,
    reason: reasonView(row.reason as Reason),
    detail: row.detail,
    generation: row.generation,
    openedAt: row.openedAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    count: row.count,
    resolvedAt: row.resolvedAt?.toISOString() ?? null,
    hasScreenshot: row.screenshot !== null,
    whatsappWebVersion: row.whatsappWebVersion,
    acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
    acknowledgedBy: row.acknowledgedBy,
  };
}
