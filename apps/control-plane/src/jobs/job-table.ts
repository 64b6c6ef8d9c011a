import { z } from 'zod';

/** Every kind of job and what it carries: a pointer, never a state. */
export const jobSchemas = {
  /** Queued messages whose time ends about then have to be looked at. Unix milliseconds. */
  'message.expire': z.object({ dueAt: z.number().int() }),
  /** Media of this tenant's messages are due to be fetched. */
  'media.download': z.object({ tenantId: z.string() }),
  /** The pause of this endpoint of a webhook is over. */
  'webhook.send': z.object({ endpointId: z.string() }),
  /** Notices to operators that are due on this channel are to be delivered. */
  'alert.deliver': z.object({ channel: z.string() }),
  'maintenance.cleanup': z.object({}),
} as const satisfies Record<string, z.ZodType>;

export type JobName = keyof typeof jobSchemas;
export type JobPayload<Name extends JobName> = z.infer<(typeof jobSchemas)[Name]>;

export function isJobName(name: string): name is JobName {
  return name in jobSchemas;
}
