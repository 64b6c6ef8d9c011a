import { z } from 'zod';

/** Arguments that several verbs take. */

/** An id, a whole name, or a number. */
export const tenantArgument = z.string().min(1).max(200);
export const limitOption = (most: number, usual: number) =>
  z.coerce
    .number({ error: 'must be a number' })
    .int()
    .min(1)
    .max(most, `must be at most ${most}`)
    .default(usual);
