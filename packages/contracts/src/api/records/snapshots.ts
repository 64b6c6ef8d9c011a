import { z } from 'zod';
import { snapshotStates, snapshotTriggers } from '../../states';

const instant = z.iso.datetime();

/** A tenant's profile as it was at one moment, sealed. */
export const snapshotSchema = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    state: z.enum(snapshotStates),
    trigger: z.enum(snapshotTriggers),
    createdAt: instant,
    /** The moment that it shows; null before it is copied. */
    copiedAt: instant.nullable(),
    /** When it was stored, read back and found whole. */
    readyAt: instant.nullable(),
    /** For how long the browser stood still for it, in milliseconds; null where none ran. */
    frozenMs: z.number().int().nullable(),
    /** Its size in the store, and that of the files in it. */
    bytes: z.number().int().nullable(),
    contentBytes: z.number().int().nullable(),
    files: z.number().int().nullable(),
    /** What of it takes the most room. */
    largest: z.array(z.object({ path: z.string(), bytes: z.number().int() })),
    /** Why it was not taken, or not yet. */
    problem: z.string().nullable(),
    /** When a browser without a network was started with it; null: not yet. */
    checkedAt: instant.nullable(),
    /** Why it would not do, by that: it is never restored by itself. */
    checkProblem: z.string().nullable(),
    /** The newest one that is ready; only it is restored by itself. */
    isNewest: z.boolean(),
    restoredAt: instant.nullable(),
    /** Why it could not be restored when that was last tried. */
    restoreProblem: z.string().nullable(),
  })
  .meta({ id: 'Snapshot' });

export const listSnapshotsQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});

export const restoreSnapshotSchema = z.strictObject({
  /** An older login takes the place of the present one: WhatsApp may not understand messages of the time between. */
  acceptRollback: z.boolean().default(false),
  /** Its login was ended after it was taken; after a logout WhatsApp refuses it, and the phone must be linked again. */
  acceptUnlinked: z.boolean().default(false),
});

export type Snapshot = z.infer<typeof snapshotSchema>;
export type ListSnapshotsQuery = z.infer<typeof listSnapshotsQuerySchema>;
