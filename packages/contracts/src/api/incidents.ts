import { z } from 'zod';
import { reasonCodes } from '../reasons';
import { sessionStates } from '../states';
import { reasonViewSchema } from './tenants';
import { flagSchema } from './query';

const instant = z.iso.datetime();
const line = z.object({ at: instant, level: z.string(), text: z.string() });
const end = z.object({ code: z.number().int().nullable(), signal: z.string().nullable() });

/** One trouble of one tenant; what came again soon after is counted, not listed again. */
export const incidentSchema = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    tenantName: z.string(),
    /** Null for one that this release does not know. */
    reason: reasonViewSchema.nullable(),
    detail: z.string().nullable(),
    /** The worker in which it happened first. */
    generation: z.number().int(),
    openedAt: instant,
    lastSeenAt: instant,
    count: z.number().int(),
    /** When the tenant was green again; null while it is not. */
    resolvedAt: instant.nullable(),
    hasScreenshot: z.boolean(),
    /** That of the page in which it happened first. */
    whatsappWebVersion: z.string().nullable(),
    /** An operator knows of it: since when, and who. */
    acknowledgedAt: instant.nullable(),
    acknowledgedBy: z.string().nullable(),
  })
  .meta({ id: 'Incident' });

/** `open`: nobody has said that they know of it. An incident that is over is `resolved`, whoever knows of it. */
export const incidentStates = ['open', 'acknowledged', 'resolved'] as const;
export type IncidentState = (typeof incidentStates)[number];

/** Incidents of one reason under one version of WhatsApp Web: where they are many, they have one cause. */
export const incidentGroupSchema = z
  .object({
    reason: reasonViewSchema.nullable(),
    whatsappWebVersion: z.string().nullable(),
    incidents: z.number().int(),
    tenants: z.number().int(),
    openedAt: instant,
    lastSeenAt: instant,
    /** The newest of them, with the names of their tenants. */
    newest: z.array(z.object({ id: z.string(), tenantId: z.string(), tenantName: z.string() })),
  })
  .meta({ id: 'IncidentGroup' });

export const listIncidentGroupsQuerySchema = z.strictObject({
  state: z.enum(incidentStates).default('open'),
});

/** Those of a group that are open now. */
export const acknowledgeIncidentsSchema = z
  .strictObject({ reason: z.enum(reasonCodes), whatsappWebVersion: z.string().max(100).nullable() })
  .meta({ id: 'AcknowledgeIncidents' });

export const acknowledgedSchema = z.object({ incidents: z.number().int() }).meta({ id: 'Acknowledged' });

/** Everything that was noted when it happened first; lists are oldest first. */
export const incidentDetailSchema = incidentSchema
  .extend({
    /** Why there is no screenshot. */
    noScreenshot: z.string().nullable(),
    evidence: z.object({
      transitions: z.array(
        z.object({
          at: instant,
          state: z.enum(sessionStates),
          phase: z.string().nullable(),
          reason: z.enum(reasonCodes).nullable(),
        }),
      ),
      probes: z.array(z.object({ at: instant, ok: z.boolean(), latencyMs: z.number() })),
      memory: z.array(
        z.object({ at: instant, nodeBytes: z.number().nullable(), browserBytes: z.number().nullable() }),
      ),
      console: z.array(line),
      pageErrors: z.array(line),
      browserOutput: z.array(line),
      workerLog: z.array(line),
      workerExit: end.nullable(),
      browserExit: end.nullable(),
      rendererExit: z.object({ status: z.string(), code: z.number().int() }).nullable(),
      outOfMemory: z.enum(['page_heap', 'worker_heap', 'kernel']).nullable(),
      versions: z.object({
        whatsappWeb: z.string().nullable(),
        browser: z.string().nullable(),
        library: z.string().nullable(),
        worker: z.string().nullable(),
      }),
    }),
  })
  .meta({ id: 'IncidentDetail' });

export const listIncidentsQuerySchema = z.strictObject({
  reason: z.enum(reasonCodes).optional(),
  /** Only those that are not resolved, or only those that are. */
  open: flagSchema.optional(),
  state: z.enum(incidentStates).optional(),
  /** Under this version of WhatsApp Web; '' for those of which none is known. */
  whatsappWebVersion: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});

export type Incident = z.infer<typeof incidentSchema>;
export type IncidentDetail = z.infer<typeof incidentDetailSchema>;
export type ListIncidentsQuery = z.infer<typeof listIncidentsQuerySchema>;
export type IncidentGroup = z.infer<typeof incidentGroupSchema>;
export type ListIncidentGroupsQuery = z.infer<typeof listIncidentGroupsQuerySchema>;
export type AcknowledgeIncidents = z.infer<typeof acknowledgeIncidentsSchema>;
export type Acknowledged = z.infer<typeof acknowledgedSchema>;
