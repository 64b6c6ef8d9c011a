import { z } from 'zod';

const instant = z.iso.datetime();

/**
 * Who did something: a signed-in person, an operator's or a program's key, a browser with a link for linking a phone, or
 * somebody who tried to sign in. What operators do is `operator` to a tenant's people, without a name.
 */
export const auditActorKinds = ['person', 'admin_key', 'tenant_key', 'link', 'unknown', 'operator'] as const;

/** `done`; `refused`, because it was not allowed or not possible; `failed` on our side. */
export const auditOutcomes = ['done', 'refused', 'failed'] as const;

export const auditEntrySchema = z
  .object({
    id: z.string(),
    at: instant,
    actor: z.object({ kind: z.enum(auditActorKinds), id: z.string(), label: z.string() }),
    /** The method and the pattern of the path, such as `POST /admin/tenants/:tenantId/worker/restart`. */
    action: z.string(),
    tenantId: z.string().nullable(),
    /** The address it came from, as far as it is known. */
    from: z.string().nullable(),
    outcome: z.enum(auditOutcomes),
    status: z.number().int(),
    /** In words what it was, what it was done to, and the code of its problem. */
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEntry' });

const page = {
  /** Method and pattern of the path, or their beginning. */
  action: z.string().max(300).optional(),
  /** Only what was done before. */
  before: z.iso.datetime({ offset: true }).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
};

export const listTenantAuditQuerySchema = z.strictObject(page);

export const listAuditQuerySchema = z.strictObject({
  ...page,
  /** The id of who did it, or their e-mail address. */
  actor: z.string().max(254).optional(),
  tenantId: z.string().max(100).optional(),
});

export type AuditEntry = z.infer<typeof auditEntrySchema>;
export type AuditActorKind = (typeof auditActorKinds)[number];
export type AuditOutcome = (typeof auditOutcomes)[number];
export type ListAuditQuery = z.infer<typeof listAuditQuerySchema>;
