import { z } from 'zod';
import { exportStates } from '../../states';
import { personSchema } from '../messages/send';

const instant = z.iso.datetime();

/** An archive of everything about a tenant, or about one contact of it. */
export const exportSchema = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    /** Null: everything about the tenant. */
    contactId: z.string().nullable(),
    state: z.enum(exportStates),
    requestedBy: z.string(),
    createdAt: instant,
    /** Rows and files of media that are written so far. */
    records: z.number().int(),
    files: z.number().int(),
    /** Size and SHA-256 (in hex) of the archive; null until it is READY. */
    bytes: z.number().int().nullable(),
    sha256: z.string().nullable(),
    readyAt: instant.nullable(),
    /** From then on there is no such export. */
    expiresAt: instant,
    /** Why it failed. */
    problem: z.string().nullable(),
  })
  .meta({ id: 'Export' });

export const createExportSchema = z
  .strictObject({
    /** A person, to have all about this one; everything about the tenant when absent. */
    contactId: personSchema.optional(),
  })
  .meta({ id: 'CreateExport' });

export const listExportsQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});

export type Export = z.infer<typeof exportSchema>;
export type CreateExport = z.infer<typeof createExportSchema>;
export type ListExportsQuery = z.infer<typeof listExportsQuerySchema>;
