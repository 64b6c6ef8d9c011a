import { z } from 'zod';
import { mediaStates } from '../../states';

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

export const mediaSchema = z
  .object({
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
  })
  .meta({ id: 'Media' });

/** Media as their message shows them. */
export const messageMediaSchema = z
  .object({
    /** Names the stored bytes; null while and where there are none. */
    id: z.string().nullable(),
    state: z.enum(mediaStates),
    /** Why they are not there; also of what is tried again. */
    reason: z.object({ code: z.string(), message: z.string() }).nullable(),
    /** These three of the stored bytes, before that as the sender says. */
    mimeType: z.string().nullable(),
    sizeBytes: z.number().int().nullable(),
    filename: z.string().nullable(),
    /** Tries to fetch them; 0 for those that were sent by this API. */
    attempts: z.number().int(),
    nextTryAt: instant.nullable(),
    /** Until then the bytes are kept. */
    expiresAt: instant.nullable(),
  })
  .meta({ id: 'MessageMedia' });

/** For a part of the bytes, as RFC 9110 says; one range. */
export const mediaContentHeadersSchema = z.object({
  range: z.string().max(200).optional(),
  'if-range': z.string().max(200).optional(),
});

export type MessageMedia = z.infer<typeof messageMediaSchema>;
export type Media = z.infer<typeof mediaSchema>;
