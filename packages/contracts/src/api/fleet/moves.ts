import { z } from 'zod';

export const moveOutSchema = z.strictObject({
  /** One that is ready, taken since the session last ran. */
  snapshotId: z.string().max(64),
});

/** What an archive of a move is sealed with: 32 bytes as base64url, made anew for each move. */
export const moveKeyHeadersSchema = z.object({
  'wafleet-move-key': z.string().regex(/^[\w-]{43}$/, 'must be 32 bytes as base64url'),
});
