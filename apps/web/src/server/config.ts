import { z } from 'zod';

const environmentSchema = z.object({
  /** Where the control plane answers, as this process reaches it. */
  CONTROL_PLANE_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .default('http://127.0.0.1:7300'),
  /** Shows the control plane that a browser came through us; it opens nothing without a sign-in. */
  PORTAL_KEY: z.string({ error: 'must be a portal key' }).min(32, 'must have at least 32 characters'),
});

export type Config = z.infer<typeof environmentSchema>;

let known: Config | undefined;

/**
 * Read when it is first needed: the build loads this module too, and has no settings.
 * @throws Error that names the setting and never its value
 */
export function config(): Config {
  if (known) return known;
  const { success, data, error } = environmentSchema.safeParse(process.env);
  if (!success) {
    const problems = error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    throw new Error(`The settings of the web app are not valid: ${problems.join('; ')}`);
  }
  return (known = data);
}
