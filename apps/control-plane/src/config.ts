import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { type Installation, workerSettingsSchema } from '@wafleet/contracts';
import { ConfigError, readEnvironment } from '@wafleet/runtime';
import { z } from 'zod';
import { alertEmail, alertSettings, alertWebhook, mail } from './alerts/alert-settings';
import { dockerSettings, readDockerConfig } from './drivers/docker/docker-config';
import { isNetwork } from './egress/networks';
import { downloadPolicySchema } from './media/downloads/download-policy';
import { firstAdmin, signInConfig, signInSettings } from './sign-in/sign-in-settings';
import { snapshotBucket, snapshotBucketSettings } from './snapshots/stores/snapshot-bucket';
import { snapshotPolicySchema } from './snapshots/snapshot-policy';
import { isSecret, withSecretFiles } from './secrets/secret-settings';
import { supervisionPolicySchema } from './supervisor/decide/policy';
import { json } from './json-setting';
import { repository } from './repository';
import { webhookPolicySchema } from './webhooks/webhook-policy';

const port = z.coerce.number({ error: 'must be a port number' }).int().min(0).max(65_535);
const flag = z.enum(['0', '1', 'true', 'false']).transform((value) => value === '1' || value === 'true');

/** Networks with commas between them. */
const networks = z
  .string()
  .default('')
  .transform((text) => text.split(',').filter((part) => part !== ''))
  .pipe(
    z.array(z.string().trim().refine(isNetwork, 'must be networks such as 10.1.0.0/16, separated by commas')),
  );

/** In which errors of a page are counted. */
const errorWindowMs = 600_000;
const mebibyte = 1024 * 1024;
/** What WhatsApp takes at most, and what the column for sizes can hold. */
const maxMediaBytes = 2_000_000_000;

const environmentSchema = z.object({
  /** Where the API listens. Loopback unless said otherwise. */
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(7300),
  /** Where workers reach the control plane; of no use to anybody else. */
  LINK_HOST: z.string().default('127.0.0.1'),
  LINK_PORT: port.default(7301),
  /** The truth. Secret; also DATABASE_URL_FILE. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// address' }),
  /** Queues run on this Redis or Valkey; without it, on Postgres. Secret; also REDIS_URL_FILE. */
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// address' }).optional(),
  /** This installation's own files. */
  DATA_DIR: z.string().default('./data'),
  /** The database's migrations, applied at start. */
  MIGRATIONS_DIR: z.string().default(join(repository, 'prisma/migrations')),
  /** One folder per tenant; `tenants` in DATA_DIR when absent. */
  TENANTS_DIR: z.string().optional(),
  /** Media that is uploaded, fetched or received: how large one may be, how long it is kept. */
  MEDIA_MAX_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .max(maxMediaBytes)
    .default(64 * mebibyte),
  /** Days that messages are kept here unless their tenant has a time of its own; 0: for ever. The same of a tenant's timeline. */
  MESSAGE_KEEP_DAYS: z.coerce.number().int().min(0).max(3_650).default(365),
  EVENT_KEEP_DAYS: z.coerce.number().int().min(1).max(365).default(30),
  MEDIA_KEEP_DAYS: z.coerce.number().int().min(1).max(3_650).default(30),
  /** With less free space on the disk no media is taken in; 0: no check. */
  MEDIA_MIN_FREE_BYTES: z.coerce
    .number()
    .int()
    .min(0)
    .default(512 * mebibyte),
  /** How media of messages that came are fetched, as JSON; see media/downloads/download-policy.ts. */
  MEDIA_DOWNLOADS: json(downloadPolicySchema.prefault({})),
  /** When snapshots are taken and how long they are kept, as JSON; see snapshots/snapshot-policy.ts. */
  SNAPSHOTS: json(snapshotPolicySchema.prefault({})),
  /** Where they lie, best on another disk; `snapshots` in DATA_DIR when absent. */
  SNAPSHOTS_DIR: z.string().optional(),
  ...snapshotBucketSettings,
  /** How fast a tenant sends unless it has a pace of its own; 0: as fast as it can. */
  SENDS_PER_MINUTE: z.coerce.number().int().min(0).max(6_000).default(30),
  /** Networks that are not public and may be fetched from all the same, separated by commas, as `10.1.0.0/16`. */
  FETCH_NETWORKS: networks,
  /**
   * Networks of proxies in front of the API: only they may say, in X-Forwarded-For, where a caller is. For keys that
   * may be used from some addresses only.
   */
  TRUSTED_PROXIES: networks,
  /** How often a tenant's key may be used, a sixth of it at once; 0: as often as it likes. */
  KEY_REQUESTS_PER_MINUTE: z.coerce.number().int().min(0).max(1_000_000).default(1_200),
  /** Keys that are valid from the start; further ones are made by the API. Secret; also ADMIN_KEY_FILE, PORTAL_KEY_FILE. */
  ADMIN_KEY: z.string().min(32, 'must have at least 32 characters').optional(),
  PORTAL_KEY: z.string().min(32, 'must have at least 32 characters').optional(),
  /**
   * 32 bytes as base64, under which tenants' own keys are encrypted; `master.key` in DATA_DIR when absent, made at the
   * first start. Secret; also MASTER_KEY_FILE.
   */
  MASTER_KEY: z.string().optional(),
  /** The master key until now, where MASTER_KEY is another one: tenants' keys are encrypted anew at the start. Secret. */
  PREVIOUS_MASTER_KEY: z.string().optional(),
  /**
   * What a reader of /metrics must show; without one, metrics are for this machine only. Whether they have series of each
   * tenant. Secret; also METRICS_TOKEN_FILE.
   */
  METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  METRICS_PER_TENANT: flag.default(true),
  ...signInSettings,
  /** What starts workers: as processes of this machine, or as containers of its Docker Engine. */
  WORKER_DRIVER: z.enum(['process', 'docker']).default('process'),
  /** The worker's bundled program. */
  WORKER_BUNDLE: z.string().default(join(repository, 'apps/worker/dist/worker.cjs')),
  /** Further builds of it that can be rolled out: a folder each, with a `worker.cjs`. */
  WORKER_RELEASES_DIR: z.string().optional(),
  /** The Node that runs it. */
  WORKER_NODE: z.string().default(process.execPath),
  ...dockerSettings,
  /** Parts of the worker's settings as JSON: `deadlines`, `reconnect`, `maxLinkAbsenceMs`. */
  WORKER_DEADLINES: json(
    workerSettingsSchema.pick({ deadlines: true, reconnect: true, maxLinkAbsenceMs: true }).prefault({}),
  ),
  /** The browser's binary itself, not a wrapper script. */
  BROWSER_PATH: z.string({ error: 'must name the browser to run' }),
  /** `shell` for chromium-headless-shell, `new` for a full Chromium. */
  BROWSER_HEADLESS: z.enum(['shell', 'new']).default('shell'),
  /** Off only where the system offers no way to have one. */
  BROWSER_SANDBOX: flag.default(true),
  /** Further Chromium flags, a JSON array of strings. */
  BROWSER_EXTRA_ARGS: json(z.array(z.string()).default([])),
  /**
   * Where root starts workers, tenants get system users from this number upwards. When absent, it follows from the
   * installation's id, so that two on one machine share none.
   */
  TENANT_UID_BASE: z.coerce.number().int().min(1_000).max(2_000_000_000).optional(),
  /** Browsers that may start at once. */
  MAX_CONCURRENT_BOOTS: z.coerce.number().int().min(1).default(availableParallelism()),
  /** Supervision's periods and limits as JSON; see supervisor/decide/policy.ts. */
  SUPERVISION: json(supervisionPolicySchema.prefault({})),
  ...alertSettings,
  /** How tenants' own programs are told, as JSON; see webhooks/webhook-policy.ts. */
  WEBHOOKS: json(webhookPolicySchema.prefault({})),
  /** Stop all workers when this process ends, instead of leaving them to the next one. */
  STOP_WORKERS_ON_EXIT: flag.default(false),
  /** Standard input is a pipe of the process that started this one; end when it closes. */
  PARENT_PIPE: flag.default(false),
  /**
   * Errors of a page are counted: failures to decrypt and others. So many within ten minutes are an incident; and where it is
   * wished, the session is cleaned and started again, at most this often.
   */
  ENABLE_ERROR_MONITORING: flag.default(true),
  SESSION_ERROR_THRESHOLD: z.coerce.number().int().min(1).max(10_000).default(10),
  AUTO_CLEANUP_ON_ERROR: flag.default(false),
  AUTO_CLEANUP_EVERY_MS: z.coerce.number().int().min(0).default(1_800_000),
  /** Days of messages from before a first link that are taken over. */
  HISTORY_DAYS: z.coerce.number().int().min(0).max(3_650).default(0),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});

export type Config = ReturnType<typeof loadConfig>;

/**
 * The environment as typed configuration.
 * @throws ConfigError that names the wrong setting and never shows its value
 */
export function loadConfig(environment: Record<string, string | undefined> = process.env) {
  const env = readEnvironment(environmentSchema, withSecretFiles(environment));
  if (env.PORT !== 0 && env.PORT === env.LINK_PORT) throw new ConfigError('LINK_PORT must differ from PORT.');
  const docker = env.WORKER_DRIVER === 'docker' ? readDockerConfig(env) : undefined;
  if (docker === undefined && !existsSync(env.WORKER_BUNDLE))
    throw new ConfigError('WORKER_BUNDLE names no file; build the worker first, or name its bundle.');
  const dataDir = resolve(env.DATA_DIR);
  const { launchMs, pageMs, authMs, readyMs, qrBudgetMs } = env.WORKER_DEADLINES.deadlines;
  return {
    shown: shownSettings(env, environment),
    http: { host: env.HOST, port: env.PORT },
    link: { host: env.LINK_HOST, port: env.LINK_PORT },
    dataDir,
    migrationsDir: env.MIGRATIONS_DIR,
    tenantsDir: env.TENANTS_DIR === undefined ? join(dataDir, 'tenants') : resolve(env.TENANTS_DIR),
    sendsPerMinute: env.SENDS_PER_MINUTE,
    fetchNetworks: env.FETCH_NETWORKS,
    callers: { trustedProxies: env.TRUSTED_PROXIES, keyRequestsPerMinute: env.KEY_REQUESTS_PER_MINUTE },
    signIn: signInConfig(env),
    auditKeepDays: env.AUDIT_KEEP_DAYS,
    media: {
      root: join(dataDir, 'media'),
      maxBytes: env.MEDIA_MAX_BYTES,
      keepDays: env.MEDIA_KEEP_DAYS,
      minFreeBytes: env.MEDIA_MIN_FREE_BYTES,
      downloads: env.MEDIA_DOWNLOADS,
    },
    metrics: { token: env.METRICS_TOKEN ?? tokenless(env), perTenant: env.METRICS_PER_TENANT },
    snapshots: {
      root: env.SNAPSHOTS_DIR === undefined ? join(dataDir, 'snapshots') : resolve(env.SNAPSHOTS_DIR),
      bucket: snapshotBucket(env),
      policy: {
        ...env.SNAPSHOTS,
        // A browser that stands still must answer its worker's question in time all the same.
        maxFrozenMs: Math.min(env.SNAPSHOTS.maxFrozenMs, env.WORKER_DEADLINES.deadlines.probeTimeoutMs / 2),
      },
    },
    worker: {
      /** Absent: workers are processes. */
      docker,
      bundle: resolve(env.WORKER_BUNDLE),
      releasesDir: env.WORKER_RELEASES_DIR === undefined ? null : resolve(env.WORKER_RELEASES_DIR),
      node: env.WORKER_NODE,
      uidBase: env.TENANT_UID_BASE,
      settings: {
        ...env.WORKER_DEADLINES,
        logLevel: env.LOG_LEVEL,
        errors: {
          threshold: env.ENABLE_ERROR_MONITORING ? env.SESSION_ERROR_THRESHOLD : 0,
          windowMs: errorWindowMs,
        },
        browser: {
          executablePath: env.BROWSER_PATH,
          headless: env.BROWSER_HEADLESS,
          sandbox: env.BROWSER_SANDBOX,
          extraArgs: env.BROWSER_EXTRA_ARGS,
        },
      },
    },
    supervision: {
      ...env.SUPERVISION,
      maxConcurrentBoots: env.MAX_CONCURRENT_BOOTS,
      // What the worker allows itself ends there first.
      stuckMs: Math.max(env.SUPERVISION.stuckMs, launchMs + pageMs + authMs + readyMs),
      unscannedMs: qrBudgetMs + env.SUPERVISION.farewellMs,
    },
    errorCare: {
      isOn: env.ENABLE_ERROR_MONITORING && env.AUTO_CLEANUP_ON_ERROR,
      everyMs: env.AUTO_CLEANUP_EVERY_MS,
    },
    alerting: env.ALERTING,
    webhooks: env.WEBHOOKS,
    historyDays: env.HISTORY_DAYS,
    retention: {
      messageDays: env.MESSAGE_KEEP_DAYS,
      eventDays: env.EVENT_KEEP_DAYS,
      mediaDays: env.MEDIA_KEEP_DAYS,
      deliveredDays: env.WEBHOOKS.keepDeliveredDays,
      failedDays: env.WEBHOOKS.keepFailedDays,
      historyDays: env.HISTORY_DAYS,
    },
    stopWorkersOnExit: env.STOP_WORKERS_ON_EXIT,
    parentPipe: env.PARENT_PIPE,
    logLevel: env.LOG_LEVEL,
    secrets: {
      databaseUrl: env.DATABASE_URL,
      redisUrl: env.REDIS_URL,
      adminKey: env.ADMIN_KEY,
      portalKey: env.PORTAL_KEY,
      masterKey: env.MASTER_KEY,
      previousMasterKey: env.PREVIOUS_MASTER_KEY,
      authSecret: env.AUTH_SECRET,
      firstAdmin: firstAdmin(env),
      alertWebhook: alertWebhook(env),
      alertEmail: alertEmail(env),
      mail: mail(env),
    },
  };
}

/** Every setting as it holds, for operators to read; of secrets whether they are set. */
function shownSettings(
  env: Record<string, unknown>,
  environment: Record<string, string | undefined>,
): Installation['settings'] {
  const isGiven = (name: string) => (environment[name] ?? '') !== '';
  return Object.keys(environmentSchema.shape).map((name) => {
    const isHidden = isSecret(name);
    const value = env[name];
    return {
      name,
      value:
        isHidden || value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value),
      isSet: isGiven(name) || (isHidden && isGiven(`${name}_FILE`)),
      isSecret: isHidden,
    };
  });
}

/** Null where the port can be reached from this machine alone: then metrics need no token. */
function tokenless(env: { HOST: string; TRUSTED_PROXIES: string[] }): null | undefined {
  const isLoopback = /^(127\.|localhost$|::1$)/.test(env.HOST);
  return isLoopback && env.TRUSTED_PROXIES.length === 0 ? null : undefined;
}
