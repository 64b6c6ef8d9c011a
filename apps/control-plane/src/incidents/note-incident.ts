import type { Reason, TenantId } from '@wafleet/contracts';
import type { Prisma, Transaction } from '@wafleet/db';
import type { NewId } from '../new-id';
import type { Vault } from '../secrets/vault';
import type { NewTenantEvent } from '../tenants/tenant-events';
import type { Evidence } from './evidence';
import { resolveIncidents } from './resolve-incidents';
import { isSameTrouble } from './same-trouble';

export interface NewIncident {
  tenantId: TenantId;
  generation: number;
  reason: Reason;
  detail: string | null;
  at: Date;
  /** A worker's own number of it; null when it was found out here. */
  number: number | null;
  evidence: Evidence;
  /** A JPEG. */
  screenshot: Uint8Array | null;
  noScreenshot: string | null;
}

export type NoteIncident = (tx: Transaction, incident: NewIncident) => Promise<NewTenantEvent[]>;

/** Reports of one incident that are remembered, so that none is counted twice. */
const maxReports = 100;

export const screenshotPurpose = (incidentId: string) => `screenshot of ${incidentId}`;

/**
 * Stores a trouble, or counts it where one of the same reason is open or was lately: then the evidence of the first time
 * stays, because what comes after may be its consequence. A report that comes twice changes nothing. The caller holds
 * the tenant's lock, and has stored what the trouble did to the tenant's status: one that is green all the same has
 * healed before it was heard of.
 */
export function createIncidentNoter(deps: {
  vault: Pick<Vault, 'seal'>;
  newId: NewId;
  now: () => Date;
}): NoteIncident {
  return async (tx, incident) => {
    const { tenantId, reason, generation, number } = incident;
    const report = number === null ? null : `${generation}/${number}`;
    const isKnown =
      report !== null && (await tx.incident.count({ where: { tenantId, reports: { has: report } } }));
    if (isKnown) return [];
    const now = deps.now();
    const at = incident.at < now ? incident.at : now;
    const last = await tx.incident.findFirst({
      where: { tenantId, reason },
      orderBy: { id: 'desc' },
      include: { screenshot: { select: { incidentId: true } } },
    });
    const isRepeat =
      last !== null &&
      isSameTrouble(
        { lastSeenAt: last.lastSeenAt.getTime(), isOpen: last.resolvedAt === null },
        at.getTime(),
      );
    const { id, count } = isRepeat
      ? await tx.incident.update({
          where: { id: last.id },
          data: {
            count: { increment: 1 },
            lastSeenAt: at > last.lastSeenAt ? at : last.lastSeenAt,
            resolvedAt: null,
            detail: incident.detail,
            ...(report === null ? {} : { reports: [...last.reports, report].slice(-maxReports) }),
          },
        })
      : await tx.incident.create({
          data: {
            id: deps.newId('inc'),
            tenantId,
            reason,
            generation,
            detail: incident.detail,
            openedAt: at,
            lastSeenAt: at,
            reports: report === null ? [] : [report],
            evidence: incident.evidence as unknown as Prisma.InputJsonObject,
            noScreenshot: incident.noScreenshot,
            whatsappWebVersion: incident.evidence.versions.whatsappWeb,
          },
        });
    if (incident.screenshot !== null && (!isRepeat || last.screenshot === null))
      await storeScreenshot(tx, tenantId, id, incident.screenshot);

    const isNews = !isRepeat || last.resolvedAt !== null;
    const events: NewTenantEvent[] = isNews
      ? [{ tenantId, type: 'incident.opened', at: now, data: { incidentId: id, reason, count } }]
      : [];
    const tenant = await tx.tenant.findUnique({ where: { id: tenantId }, select: { status: true } });
    if (tenant?.status === 'ACTIVE') events.push(...(await resolveIncidents(tx, tenantId, now)));
    return events;
  };

  async function storeScreenshot(
    tx: Transaction,
    tenantId: TenantId,
    incidentId: string,
    jpeg: Uint8Array,
  ): Promise<void> {
    const sealed = await deps.vault.seal(tx, tenantId, screenshotPurpose(incidentId), jpeg);
    await tx.incidentScreenshot.create({ data: { incidentId, sealed } });
    await tx.incident.update({ where: { id: incidentId }, data: { noScreenshot: null } });
  }
}
