import { z } from 'zod';
import { flagSchema } from './query';

const instant = z.iso.datetime();

/** Why: a reason of a tenant, or a trouble of the control plane. */
export const alertReasonSchema = z.object({
  code: z.string(),
  label: z.string(),
  explanation: z.string(),
  /** What a person can do about it: a sentence for operators, or the name of a tenant's action. */
  action: z.string(),
});

export const alertSchema = z
  .object({
    id: z.string(),
    /** Null for trouble of the control plane itself. */
    tenant: z.object({ id: z.string(), name: z.string() }).nullable(),
    reason: alertReasonSchema,
    detail: z.string().nullable(),
    openedAt: instant,
    /** When nobody was needed any more; null while somebody is. */
    endedAt: instant.nullable(),
    /** When a notice of it was written, and of its end; null for what was over before, or where nobody can be told. */
    toldAt: instant.nullable(),
    endToldAt: instant.nullable(),
  })
  .meta({ id: 'Alert' });

export const listAlertsQuerySchema = z.strictObject({
  /** Only those that go on, or only those that ended. */
  open: flagSchema.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});

/** Of so many tenants a notice gives names; the rest is a number. */
export const namedTenants = 20;

/** Alerts of one cause, as one notice tells them. */
export const alertGroupSchema = z.object({
  /** `opened`: a person is needed, or the control plane is in trouble. `ended`: no longer. */
  kind: z.enum(['opened', 'ended']),
  about: z.enum(['tenants', 'control_plane']),
  reason: alertReasonSchema,
  /** Of tenants; 1 for the control plane. */
  count: z.number().int(),
  /** Since when the first of them. */
  since: instant,
  tenants: z
    .array(z.object({ id: z.string(), name: z.string(), detail: z.string().nullable(), since: instant }))
    .max(namedTenants),
});

/** What the operators' webhook receives: `digest` tells of several causes. */
export const alertNoticeSchema = z.object({
  type: z.enum(['alert.opened', 'alert.ended', 'alert.digest', 'alert.test']),
  timestamp: instant,
  data: z.object({
    /** One line that says it all. */
    title: z.string(),
    /** Empty in a test. */
    groups: z.array(alertGroupSchema),
  }),
});

export const alertTestSchema = z
  .object({
    /** One row per configured way to reach operators; none: nobody is told anything. */
    channels: z.array(z.object({ channel: z.string(), isWell: z.boolean(), problem: z.string().nullable() })),
  })
  .meta({ id: 'AlertTest' });

export type Alert = z.infer<typeof alertSchema>;
export type AlertReason = z.infer<typeof alertReasonSchema>;
export type ListAlertsQuery = z.infer<typeof listAlertsQuerySchema>;
export type AlertGroup = z.infer<typeof alertGroupSchema>;
export type AlertTest = z.infer<typeof alertTestSchema>;
export type AlertNotice = z.infer<typeof alertNoticeSchema>;
