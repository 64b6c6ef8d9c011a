import { ConfigError, readEnvironment } from '@wafleet/runtime';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

const repository = resolve(__dirname, '../../..');

const environmentSchema = z.object({
  /** The control plane to talk to; `access.json` in the data folder says it where this is absent. */
  WAFLEET_URL: z
    .url({ protocol: /^https?$/, error: 'must be an address such as http://127.0.0.1:7300' })
    .optional(),
  /** An operator's key. Secret. */
  WAFLEET_KEY: z.string().min(1).max(500).optional(),
  /** What the master key in a backup is sealed with; asked for where it is absent. Secret. */
  WAFLEET_PASSPHRASE: z.string().max(500).optional(),
  /** An operator's key of the installation that `move --to` names by its address. Secret. */
  WAFLEET_TO_KEY: z.string().min(1).max(500).optional(),
  /** The folder of an installation on this machine. */
  DATA_DIR: z.string().default(resolve(repository, 'data')),
  /** Of tenants, as the control plane has it; absent: as the local stack has it. */
  TENANTS_DIR: z.string().optional(),
  /** Any text: no colours. */
  NO_COLOR: z.string().optional(),
  TERM: z.string().optional(),
  /** A display: there may be a browser to open. */
  DISPLAY: z.string().optional(),
  WAYLAND_DISPLAY: z.string().optional(),
});

export type Config = ReturnType<typeof loadConfig>;

/** @throws ConfigError that names the wrong setting */
export function loadConfig(environment: Record<string, string | undefined> = process.env) {
  const env = readEnvironment(environmentSchema, environment);
  return {
    url: env.WAFLEET_URL?.replace(/\/+$/, ''),
    key: env.WAFLEET_KEY,
    toKey: env.WAFLEET_TO_KEY,
    passphrase: env.WAFLEET_PASSPHRASE,
    dataDir: resolve(env.DATA_DIR),
    tenantsDir: env.TENANTS_DIR,
    wantsColour: env.NO_COLOR === undefined && env.TERM !== 'dumb',
    hasDisplay: env.DISPLAY !== undefined || env.WAYLAND_DISPLAY !== undefined,
    repository,
    environment,
  };
}

const port = z.coerce.number({ error: 'must be a port number' }).int().min(1).max(65_535);

/** What doctor looks at, as launcher and control plane read it. */
const machineSchema = z.object({
  PORT: port.default(7300),
  LINK_PORT: port.default(7301),
  POSTGRES_PORT: port.default(7302),
  /** Absent: the embedded one. Secret; also DATABASE_URL_FILE. */
  DATABASE_URL: z.string().optional(),
  /** Absent: the queue is in the database. Secret; also REDIS_URL_FILE. */
  REDIS_URL: z.string().optional(),
  /** Absent: `snapshots` in the data folder, or a bucket. */
  SNAPSHOTS_DIR: z.string().optional(),
  SNAPSHOTS_S3_URL: z.string().optional(),
  SNAPSHOTS_S3_REGION: z.string().default('auto'),
  SNAPSHOTS_S3_KEY_ID: z.string().optional(),
  /** Secret; also SNAPSHOTS_S3_SECRET_FILE. */
  SNAPSHOTS_S3_SECRET: z.string().optional(),
  /** Absent: master.key in the data folder. Secret; also MASTER_KEY_FILE. */
  MASTER_KEY: z.string().optional(),
  BROWSER_PATH: z.string().optional(),
  WORKER_DRIVER: z.enum(['process', 'docker']).default('process'),
  DOCKER_HOST: z
    .url({ error: 'must be unix:///… or http://host:port' })
    .default('unix:///var/run/docker.sock'),
  WORKER_IMAGE: z.string().min(1).max(255).default('wafleet/worker:latest'),
});

export type MachineConfig = ReturnType<typeof loadMachineConfig>;

/** @throws ConfigError that names the wrong setting */
export function loadMachineConfig(environment: Record<string, string | undefined>) {
  const { PORT, LINK_PORT, POSTGRES_PORT, ...env } = readEnvironment(machineSchema, {
    ...environment,
    DATABASE_URL: environment.DATABASE_URL ?? secretIn(environment.DATABASE_URL_FILE),
    REDIS_URL: environment.REDIS_URL ?? secretIn(environment.REDIS_URL_FILE),
    MASTER_KEY: environment.MASTER_KEY ?? secretIn(environment.MASTER_KEY_FILE),
    SNAPSHOTS_S3_SECRET: environment.SNAPSHOTS_S3_SECRET ?? secretIn(environment.SNAPSHOTS_S3_SECRET_FILE),
  });
  return {
    ports: { PORT, LINK_PORT, POSTGRES_PORT },
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    masterKey: env.MASTER_KEY,
    snapshots: {
      dir: env.SNAPSHOTS_DIR,
      url: env.SNAPSHOTS_S3_URL,
      region: env.SNAPSHOTS_S3_REGION,
      keyId: env.SNAPSHOTS_S3_KEY_ID,
      secret: env.SNAPSHOTS_S3_SECRET,
    },
    browserPath: env.BROWSER_PATH,
    driver: env.WORKER_DRIVER,
    dockerHost: env.DOCKER_HOST,
    workerImage: env.WORKER_IMAGE,
  };
}

function secretIn(file: string | undefined): string | undefined {
  if (file === undefined || file === '') return undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ConfigError(`A file of a secret can't be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
