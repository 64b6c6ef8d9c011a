import { readFileSync } from 'node:fs';
import { ConfigError } from '@wafleet/runtime';
import { systemErrorCode } from '../system-error';

/** Settings whose value may lie in a file named by `<NAME>_FILE` instead. */
const secretNames = [
  'DATABASE_URL',
  'REDIS_URL',
  'ADMIN_KEY',
  'PORTAL_KEY',
  'MASTER_KEY',
  'PREVIOUS_MASTER_KEY',
  'METRICS_TOKEN',
  'SNAPSHOTS_S3_SECRET',
  'AUTH_SECRET',
  'OIDC_CLIENT_SECRET',
  'FIRST_ADMIN_PASSWORD',
  'ALERT_WEBHOOK_URL',
  'ALERT_WEBHOOK_SECRET',
  'SMTP_URL',
] as const;

export function isSecret(name: string): boolean {
  return (secretNames as readonly string[]).includes(name);
}

/**
 * The environment with the secrets that lie in files.
 * @throws ConfigError for one that is given twice, or whose file can't be read
 */
export function withSecretFiles(
  environment: Record<string, string | undefined>,
): Record<string, string | undefined> {
  const merged = { ...environment };
  for (const name of secretNames) {
    const file = environment[`${name}_FILE`];
    if (file === undefined || file === '') continue;
    if (merged[name]) throw new ConfigError(`Set either ${name} or ${name}_FILE, not both.`);
    try {
      merged[name] = readFileSync(file, 'utf8').trim();
    } catch (cause) {
      throw new ConfigError(`${name}_FILE can't be read (${systemErrorCode(cause)}).`);
    }
  }
  return merged;
}
