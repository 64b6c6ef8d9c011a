import { readFileSync } from 'node:fs';
import { workerSettingsSchema, type WorkerSettings } from '@wafleet/contracts';
import { ConfigError } from '@wafleet/runtime';

export interface WorkerConfig {
  settings: WorkerSettings;
  /** What the browser's process gets of our environment. */
  browserEnvironment: Record<string, string>;
}

/**
 * The worker's settings: a file named by WORKER_SETTINGS_FILE, written by the driver.
 * @throws ConfigError that says what is wrong with it, without its values
 */
export function readConfig(): WorkerConfig {
  const path = process.env['WORKER_SETTINGS_FILE'];
  if (!path)
    throw new ConfigError('WORKER_SETTINGS_FILE must name the settings file that the driver writes.');
  const result = workerSettingsSchema.safeParse(parse(path));
  if (!result.success) {
    const lines = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new ConfigError(`The settings in ${path} can't be used: ${lines.join('; ')}`);
  }
  return { settings: result.data, browserEnvironment: pick(['PATH', 'LANG', 'TZ']) };
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const why =
      cause instanceof SyntaxError ? 'it is not JSON' : String((cause as NodeJS.ErrnoException).code);
    throw new ConfigError(`The settings file ${path} can't be read: ${why}.`);
  }
}

function pick(names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value ? [[name, value]] : [];
    }),
  );
}
