import { z } from 'zod';

const instant = z.iso.datetime();

/** What a tenant's people may read about what happened; also what live streams carry. */
export const tenantEventTypes = [
  'tenant.created',
  'tenant.updated',
  'tenant.erased',
  'tenant.status',
  'session.state',
  'session.qr',
  'message.received',
  'message.sent_from_phone',
  'message.status',
  'message.edited',
  'message.revoked',
  'message.reaction',
  'message.vote',
  'media.stored',
  'media.failed',
  'group.changed',
  'outage.recovered',
  'worker.started',
  'worker.ended',
  'action.requested',
  'key.created',
  'key.revoked',
  'incident.opened',
  'incident.resolved',
  'webhook.state',
  'snapshot.taken',
  'snapshot.failed',
  'snapshot.restored',
] as const;
export type TenantEventType = (typeof tenantEventTypes)[number];

export const tenantEventSchema = z
  .object({
    /** `<epoch>-<seq>`, rising within one epoch. */
    id: z.string(),
    type: z.enum(tenantEventTypes),
    tenantId: z.string(),
    at: instant,
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'TenantEvent' });

export const listEventsQuerySchema = z.strictObject({
  type: z.enum(tenantEventTypes).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});

export const listLogsQuerySchema = z.strictObject({
  level: z.enum(['debug', 'info', 'warn', 'error']).optional(),
  /** Only what was logged before. */
  before: z.iso.datetime({ offset: true }).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

export const logLineSchema = z
  .object({
    at: instant,
    level: z.string(),
    source: z.enum(['worker', 'control-plane']),
    message: z.string(),
    fields: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'LogLine' });

/** A page of a list: newest first unless the list says otherwise; `nextCursor` is null on the last page. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string().optional(),
    action: z.string(),
    requestId: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });

export const meSchema = z
  .object({
    email: z.string(),
    name: z.string().nullable(),
    tenant: z.object({ id: z.string(), name: z.string() }),
    /** Null: an operator who looks at the workspace. */
    role: z.string().nullable(),
    tenants: z.array(z.object({ id: z.string(), name: z.string(), role: z.string() })),
  })
  .meta({ id: 'Me' });

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}
export type TenantEvent = z.infer<typeof tenantEventSchema>;
export type ListEventsQuery = z.infer<typeof listEventsQuerySchema>;
export type ListLogsQuery = z.infer<typeof listLogsQuerySchema>;
export type LogLine = z.infer<typeof logLineSchema>;
export type Problem = z.infer<typeof problemSchema>;
export type Me = z.infer<typeof meSchema>;
