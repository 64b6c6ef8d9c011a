import type { z } from 'zod';

/** The configuration can't be used; the message names the setting and says how to mend it. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

/**
 * Reads the environment through a schema. Empty strings count as absent.
 * Values are never echoed, because some of them are secrets.
 * @throws ConfigError that names every wrong setting, one line each
 */
export function readEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  environment: Record<string, string | undefined>,
): z.output<Schema> {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = schema.safeParse(present);
  if (result.success) return result.data;
  const lines = result.error.issues.map(
    (issue) => `${issue.path.join('.') || 'environment'}: ${issue.message}`,
  );
  throw new ConfigError(`Wrong configuration:\n  ${lines.join('\n  ')}`);
}
