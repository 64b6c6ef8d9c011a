import { readFileSync } from 'node:fs';
import type { WorkerSettings } from '@wafleet/contracts';
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
  const settings = parse(path);
  const wrong = differences(settings, shape);
  if (wrong.length > 0) throw new ConfigError(`The settings in ${path} can't be used: ${wrong.join('; ')}.`);
  return { settings: settings as WorkerSettings, browserEnvironment: pick(['PATH', 'LANG', 'TZ']) };
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

type ShapeOf<T> = null extends T
  ? 'string or null'
  : T extends string
    ? 'string'
    : T extends number
      ? 'number'
      : T extends boolean
        ? 'boolean'
        : T extends unknown[]
          ? 'list'
          : { [Name in keyof T]: ShapeOf<T[Name]> };

/** The contract's schema as types alone: evaluating the schema itself costs each worker 4 MB. */
const shape: ShapeOf<WorkerSettings> = {
  tenantId: 'string',
  generation: 'number',
  token: 'string',
  linkUrl: 'string',
  tenantDir: 'string',
  takeOver: 'boolean',
  hasLogin: 'boolean',
  hasOwnGroup: 'boolean',
  logLevel: 'string',
  proxyUrl: 'string or null',
  browser: { executablePath: 'string', headless: 'string', sandbox: 'boolean', extraArgs: 'list' },
  deadlines: {
    launchMs: 'number',
    pageMs: 'number',
    authMs: 'number',
    readyMs: 'number',
    qrBudgetMs: 'number',
    probeIntervalMs: 'number',
    probeTimeoutMs: 'number',
    socketSilentMs: 'number',
    durableMs: 'number',
    settleMs: 'number',
    lateMs: 'number',
  },
  reconnect: {
    firstMs: 'number',
    maxMs: 'number',
    attempts: 'number',
    slowMs: 'number',
    machineMs: 'number',
    stableMs: 'number',
  },
  errors: { threshold: 'number', windowMs: 'number' },
  maxLinkAbsenceMs: 'number',
};

interface Shape {
  [name: string]: string | Shape;
}

function differences(value: unknown, expected: Shape, path = ''): string[] {
  const fields = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  return Object.entries(expected).flatMap(([name, type]) => {
    const field = fields[name];
    if (typeof type !== 'string') return differences(field, type, `${path}${name}.`);
    const actual = Array.isArray(field) ? 'list' : field === null ? 'null' : typeof field;
    return type.split(' or ').includes(actual) ? [] : [`${path}${name} must be a ${type}`];
  });
}

function pick(names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value ? [[name, value]] : [];
    }),
  );
}
