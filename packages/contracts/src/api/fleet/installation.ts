import { z } from 'zod';

/** What this installation is set to, by the names of docs/configuration.md. */
export const installationSchema = z
  .object({
    settings: z.array(
      z.object({
        name: z.string(),
        /** As it holds now, JSON where it is no text; null for a secret, and for one that is not set and has no default. */
        value: z.string().nullable(),
        /** By its environment; else it has its default. */
        isSet: z.boolean(),
        isSecret: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'Installation' });

export type Installation = z.infer<typeof installationSchema>;
