import type { Database } from '@wafleet/db';
import type { CleanupTask } from '../jobs/cleanup';

export interface IncidentLimits {
  keepDays: number;
  /** Of one tenant. */
  keepIncidents: number;
  keepScreenshots: number;
}

const defaults: IncidentLimits = { keepDays: 30, keepIncidents: 100, keepScreenshots: 10 };
const dayMs = 24 * 60 * 60 * 1_000;

/** Forgets incidents that were not seen for long, those beyond the newest of a tenant, and screenshots sooner. */
export function incidentRetention(deps: {
  db: Database;
  now: () => Date;
  limits?: Partial<IncidentLimits>;
}): CleanupTask {
  const { db } = deps;
  const { keepDays, keepIncidents, keepScreenshots } = { ...defaults, ...deps.limits };
  return {
    name: 'old incidents',
    run: async () => {
      const oldest = new Date(deps.now().getTime() - keepDays * dayMs);
      await db.incident.deleteMany({ where: { lastSeenAt: { lt: oldest } } });
      await db.$executeRaw`
        DELETE FROM incidents WHERE id IN (
          SELECT id FROM (
            SELECT id, row_number() OVER (PARTITION BY tenant_id ORDER BY id DESC) AS place FROM incidents
          ) AS numbered WHERE place > ${keepIncidents})`;
      await db.$executeRaw`
        WITH dropped AS (
          DELETE FROM incident_screenshots WHERE incident_id IN (
            SELECT incident_id FROM (
              SELECT s.incident_id, row_number() OVER (PARTITION BY i.tenant_id ORDER BY i.id DESC) AS place
              FROM incident_screenshots s JOIN incidents i ON i.id = s.incident_id
            ) AS numbered WHERE place > ${keepScreenshots})
          RETURNING incident_id)
        UPDATE incidents SET no_screenshot = ${`only those of the newest ${keepScreenshots} are kept`}
        FROM dropped WHERE incidents.id = dropped.incident_id`;
    },
  };
}
