import { z } from 'zod';

export const livenessSchema = z.object({ status: z.literal('ok') }).meta({ id: 'Liveness' });

/** Open to anyone who can reach the port: no names of machines, no paths, no errors in the words of a library. */
export const healthSchema = z
  .object({
    /** Answers requests: active, and every component it needs is well. */
    isReady: z.boolean(),
    role: z.enum(['active', 'standby']),
    components: z.array(
      z.object({
        name: z.string(),
        isWell: z.boolean(),
        /** What is wrong and what to do, one sentence each; null while it is well. */
        problem: z.string().nullable(),
        solution: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'Health' });

export type Health = z.infer<typeof healthSchema>;
