import { z } from 'zod';

/** What a worker told and could not be stored; the worker was told that it is taken, so that the rest goes on. */
export const quarantinedEventSchema = z
  .object({
    id: z.string(),
    /** The worker that told it, and its number there. */
    generation: z.number().int(),
    seq: z.number().int(),
    at: z.iso.datetime(),
    /** Why it could not be stored. */
    error: z.string(),
    /** What it tells, e.g. `message.created`; null where that can't be said. */
    kind: z.string().nullable(),
    sizeBytes: z.number().int(),
    /** How it begins, at most 2,000 characters. May hold text of a message. */
    excerpt: z.string(),
  })
  .meta({ id: 'QuarantinedEvent' });

export const listQuarantinedQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});

export type QuarantinedEvent = z.infer<typeof quarantinedEventSchema>;
export type ListQuarantinedQuery = z.infer<typeof listQuarantinedQuerySchema>;
