import { readEnvironment } from '@wafleet/runtime';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { repository } from './repository';

const port = z.coerce.number({ error: 'must be a port number' }).int().min(1).max(65_535);
/** A key that the control plane takes; checked here, because it is kept in `access.json`. */
const key = z.string().min(32, 'must have at least 32 characters');
const flag = z.enum(['0', '1']).transform((value) => value === '1');

/** What the local stack reads; everything else is passed on to the control plane, which knows its own settings. */
const environmentSchema = z.object({
  /** Everything that this installation keeps. */
  DATA_DIR: z.string().default(join(repository, 'data')),
  /** The API. */
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(7300),
  /** Workers call the control plane here. */
  LINK_PORT: port.default(7301),
  /** The embedded Postgres; of no meaning with DATABASE_URL. */
  POSTGRES_PORT: port.default(7302),
  STANDIN_PORT: port.default(7303),
  STANDIN_TLS_PORT: port.default(7304),
  /** A Postgres of your own instead of the embedded one. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// address' }).optional(),
  /** Queues run on this Redis; without it, on Postgres. */
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// address' }).optional(),
  /** 1: start a Redis for the queues, found on this machine or fetched from Debian. */
  WITH_REDIS: flag.default(false),
  REDIS_PORT: port.default(7306),
  /** The web app. */
  WEB_PORT: port.default(7305),
  /** 0: without the web app. */
  WITH_WEB: flag.default(true),
  /** Where people reach the web app, if not at its port on this machine. */
  PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' }).optional(),
  /** Who can sign in first; the password is shown once. */
  FIRST_ADMIN_EMAIL: z.string().default('admin@wafleet.localhost'),
  /** Keys to use instead of generated ones. */
  ADMIN_KEY: key.optional(),
  PORTAL_KEY: key.optional(),
  /** A browser to use instead of the one found. */
  BROWSER_PATH: z.string().optional(),
  /** 0: run browsers without their sandbox even where it works. */
  BROWSER_SANDBOX: flag.optional(),
  /** When the command was given, in ms since 1970, so that times count from there. */
  COMMAND_STARTED_AT: z.coerce.number().default(() => Date.now()),
});

export type Config = ReturnType<typeof loadConfig>;

/** @throws ConfigError that names the wrong setting */
export function loadConfig(environment: Record<string, string | undefined> = process.env) {
  const config = readEnvironment(environmentSchema, environment);
  return {
    ...config,
    DATA_DIR: resolve(config.DATA_DIR),
    PUBLIC_URL: config.PUBLIC_URL ?? `http://localhost:${config.WEB_PORT}`,
    passedOn: environment,
  };
}
