import { z } from 'zod';

const instant = z.iso.datetime();

/** `type/subtype`, and parameters such as `audio/ogg; codecs=opus`. */
export const mimeTypeSchema = z
  .string()
  .trim()
  .max(255)
  .toLowerCase()
  .regex(
    /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+( *; *[\w-]+=("[\w .,-]*"|[\w.+-]+))*$/,
    'must be a media type such as image/jpeg',
  );

/** A name to show, never a path. */
export const filenameSchema = z
  .string()
  .trim()
  .min(1)
  .max(255)
  .regex(/^[^/\\\p{Cc}]+$/u, 'must be a name without slashes and control characters');

export const uploadMediaHeadersSchema = z.object({
  'content-type': mimeTypeSchema.default('application/octet-stream'),
  'content-length': z.coerce.number().int().nonnegative().optional(),
});
export const uploadMediaQuerySchema = z.strictObject({ filename: filenameSchema.optional() });

export const mediaSchema = z.object({
  id: z.string(),
  tenantId: z.string(),
  /** In hex, of the bytes. */
  sha256: z.string(),
  sizeBytes: z.number().int().positive(),
  mimeType: z.string(),
  filename: z.string().nullable(),
  createdAt: instant,
  /** It is kept until then, and longer while a message that waits needs it. */
  expiresAt: instant,
});

export type Media = z.infer<typeof mediaSchema>;
