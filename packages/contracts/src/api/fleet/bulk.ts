import { z } from 'zod';
import { bulkActions, bulkItemStates } from '../../states';

const instant = z.iso.datetime();

/** As many as one body holds. */
const maxTenants = 5_000;

export const createBulkJobSchema = z
  .strictObject({
    action: z.enum(bulkActions),
    tenantIds: z.array(z.string().max(40)).min(1).max(maxTenants),
    /** How many may be under way at the same time. */
    atOnce: z.number().int().min(1).max(100).default(10),
  })
  .meta({ id: 'CreateBulkJob' });

export const bulkJobSchema = z
  .object({
    id: z.string(),
    action: z.enum(bulkActions),
    by: z.string(),
    atOnce: z.number().int(),
    createdAt: instant,
    /** When the rest was stopped; null where nobody did. */
    stoppedAt: instant.nullable(),
    /** When the last of it was settled. */
    endedAt: instant.nullable(),
    counts: z.record(z.enum(bulkItemStates), z.number().int()),
  })
  .meta({ id: 'BulkJob' });

export const bulkItemSchema = z
  .object({
    tenantId: z.string(),
    tenantName: z.string(),
    state: z.enum(bulkItemStates),
    /** What came of it in words, where there is something to say. */
    outcome: z.string().nullable(),
    begunAt: instant.nullable(),
    endedAt: instant.nullable(),
  })
  .meta({ id: 'BulkItem' });

const page = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
};
export const listBulkJobsQuerySchema = z.strictObject(page);
export const listBulkItemsQuerySchema = z.strictObject({ state: z.enum(bulkItemStates).optional(), ...page });

export type CreateBulkJob = z.infer<typeof createBulkJobSchema>;
export type BulkJob = z.infer<typeof bulkJobSchema>;
export type BulkItem = z.infer<typeof bulkItemSchema>;
export type ListBulkJobsQuery = z.infer<typeof listBulkJobsQuerySchema>;
export type ListBulkItemsQuery = z.infer<typeof listBulkItemsQuerySchema>;
