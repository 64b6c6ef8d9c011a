import { z } from 'zod';
import { messageKeySchema } from './events';

/**
 * How bytes of a message that came in are had: the page fetches them (`media.fetch`), they are read part by part
 * (`media.read`), each when the one before is on disk, and then let go (`media.drop`). The page holds those of one
 * message; the next fetch, or a minute in which nobody reads, drops them.
 */
export const mediaCommands = [
  z.object({
    kind: z.literal('media.fetch'),
    /** Ours; what is read and dropped names it. */
    fetchId: z.string(),
    key: messageKeySchema,
    /** What is larger is not fetched where the message says so, else dropped as soon as it is seen. */
    maxBytes: z.number().int().positive(),
    timeoutMs: z.number().int().positive(),
  }),
  /** The bytes from `offset` on, `mediaPartBytes` at most; none behind the end. Repeating it reads the same. */
  z.object({
    kind: z.literal('media.read'),
    fetchId: z.string(),
    offset: z.number().int().nonnegative(),
  }),
  z.object({ kind: z.literal('media.drop'), fetchId: z.string() }),
] as const;

/** The worker is not trusted with what it answers: these are checked by whoever asks. */
export const fetchedMediaSchema = z.object({
  sizeBytes: z.number().int().nonnegative(),
  /** In hex, of the bytes as the page has them. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export const mediaPartSchema = z.object({ data: z.base64() });

export type FetchedMedia = z.infer<typeof fetchedMediaSchema>;
