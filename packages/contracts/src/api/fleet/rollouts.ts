import { z } from 'zod';
import { rolloutItemStates, rolloutStates } from '../../states';

const instant = z.iso.datetime();

/** A build of the worker: a name for people, and what tells two builds of one name apart. */
export const workerBuildSchema = z.object({ name: z.string(), id: z.string() }).meta({ id: 'WorkerBuild' });

export const createRolloutSchema = z
  .strictObject({
    /**
     * Under `docker` a tag of the worker's image, under `process` a folder in WORKER_RELEASES_DIR. Absent: what is configured
     * now.
     */
    version: z
      .string()
      .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/, 'must be a tag, or the name of a folder')
      .optional(),
    /** So many tenants get it first; only when they are well, the others do. */
    canaries: z.number().int().min(1).max(1_000).default(1),
    /** How many may be starting it at the same time. */
    atOnce: z.number().int().min(1).max(100).default(2),
    /** For how long each is watched once it is connected again. */
    watchSeconds: z.number().int().min(1).max(86_400).default(300),
    /** With more failures than that, it stops by itself. */
    maxFailures: z.number().int().min(0).max(1_000).default(0),
  })
  .meta({ id: 'CreateRollout' });

export const rolloutSchema = z
  .object({
    id: z.string(),
    state: z.enum(rolloutStates),
    /** What tenants go back to; null where nothing older is there any more. */
    from: workerBuildSchema.nullable(),
    to: workerBuildSchema,
    by: z.string(),
    canaries: z.number().int(),
    atOnce: z.number().int(),
    watchSeconds: z.number().int(),
    maxFailures: z.number().int(),
    /** Why it stopped by itself; null unless it did. */
    stopDetail: z.string().nullable(),
    createdAt: instant,
    endedAt: instant.nullable(),
    counts: z.record(z.enum(rolloutItemStates), z.number().int()),
  })
  .meta({ id: 'Rollout' });

export const rolloutItemSchema = z
  .object({
    tenantId: z.string(),
    tenantName: z.string(),
    isCanary: z.boolean(),
    state: z.enum(rolloutItemStates),
    /** What came of it in words, where there is something to say. */
    outcome: z.string().nullable(),
    begunAt: instant.nullable(),
    /** When it was connected again. */
    upAt: instant.nullable(),
    endedAt: instant.nullable(),
  })
  .meta({ id: 'RolloutItem' });

const page = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
};
export const listRolloutsQuerySchema = z.strictObject(page);
export const listRolloutItemsQuerySchema = z.strictObject({
  state: z.enum(rolloutItemStates).optional(),
  ...page,
});

export type WorkerBuild = z.infer<typeof workerBuildSchema>;
export type CreateRollout = z.infer<typeof createRolloutSchema>;
export type Rollout = z.infer<typeof rolloutSchema>;
export type RolloutItem = z.infer<typeof rolloutItemSchema>;
export type ListRolloutsQuery = z.infer<typeof listRolloutsQuerySchema>;
export type ListRolloutItemsQuery = z.infer<typeof listRolloutItemsQuerySchema>;
