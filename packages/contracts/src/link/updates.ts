import { z } from 'zod';
import { contentLimits } from '../content-limits';

/** Of who did it, in Unix milliseconds. */
const at = z.number().int().nonnegative();
const sender = z.string().max(256);

/** What becomes of a message after it was written. Each is a fact of its own; they may come in any order. */
export const messageUpdateSchema = z.discriminatedUnion('kind', [
  /** Of media the caption. */
  z.object({ kind: z.literal('edited'), at, body: z.string().max(65_536) }),
  /** Deleted for everybody; the time is null where the page does not tell it. */
  z.object({ kind: z.literal('revoked'), at: at.nullable() }),
  /** One of each person holds, the last; an empty emoji takes it back. */
  z.object({ kind: z.literal('reacted'), at, sender, emoji: z.string().max(contentLimits.emoji) }),
  /** By the options' places in the poll; one vote of each person holds, the last, and none takes it back. */
  z.object({
    kind: z.literal('voted'),
    at,
    sender,
    options: z.array(z.number().int().nonnegative()).max(contentLimits.pollOptions),
  }),
]);

export type MessageUpdate = z.infer<typeof messageUpdateSchema>;
