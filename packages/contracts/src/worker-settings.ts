import { z } from 'zod';

const ms = (value: number) => z.number().int().positive().default(value);

/**
 * What a worker is told at its start: a file that only the tenant's own user can read. It holds no key but the
 * worker's own token. Written by the driver, with nothing left to a default; read by apps/worker/src/config.ts.
 */
export const workerSettingsSchema = z.object({
  tenantId: z.string(),
  generation: z.number().int().positive(),
  /** Proves tenant and generation on the link; good for nothing else. */
  token: z.string(),
  linkUrl: z.url(),
  /** Absolute; holds profile, home, tmp, run, logs and trash of this tenant. */
  tenantDir: z.string(),
  /** A person chose this place: once, before it connects, the page takes over from another one that has it open. */
  takeOver: z.boolean().default(false),
  /**
   * The profile holds a login that survives a crash: one that asks for a scan all the same has lost it, and a person
   * is asked instead of showing one code after the other.
   */
  hasLogin: z.boolean().default(false),
  /** The worker has a control group of its own, as in a container: what the kernel counts of it is its own. */
  hasOwnGroup: z.boolean().default(false),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  browser: z.object({
    /** The browser's binary itself, not a wrapper script. */
    executablePath: z.string(),
    /** `shell` for chromium-headless-shell, `new` for a full Chromium. */
    headless: z.enum(['shell', 'new']),
    /** False only where the system offers no way to have one; every such start is logged. */
    sandbox: z.boolean(),
    /** Further Chromium flags; the stand-in's host mapping comes this way. */
    extraArgs: z.array(z.string()).default([]),
  }),
  /** The proxy that everything of the page goes through, with its credentials; null: none. */
  proxyUrl: z.string().nullable().default(null),
  /** No phase of a session waits longer than this without progress. */
  deadlines: z
    .object({
      launchMs: ms(30_000),
      pageMs: ms(60_000),
      authMs: ms(60_000),
      readyMs: ms(120_000),
      /** Unscanned QR codes are shown this long in all. */
      qrBudgetMs: ms(300_000),
      probeIntervalMs: ms(5_000),
      probeTimeoutMs: ms(4_000),
      /** A socket on which the page sends and nothing comes is dead after this long: longer than between two pings. */
      socketSilentMs: ms(45_000),
      /** From `ready` to a link that survives a crash. */
      durableMs: ms(8_000),
      /** Without a sign of catching up for this long, a page has caught up. */
      settleMs: ms(10_000),
      /** From `ready` until what WhatsApp hands over late has come. */
      lateMs: ms(300_000),
    })
    .prefault({}),
  reconnect: z
    .object({
      firstMs: ms(3_000),
      maxMs: ms(300_000),
      attempts: ms(10),
      /** Between the slow tries after the last attempt. */
      slowMs: ms(900_000),
      /** Between looks whether somebody mended the machine; no browser is started to look. */
      machineMs: ms(30_000),
      stableMs: ms(300_000),
    })
    .prefault({}),
  /** So many errors of its page within the window are told of; 0: none is counted. */
  errors: z
    .object({ threshold: z.number().int().nonnegative().default(10), windowMs: ms(600_000) })
    .prefault({}),
  /** How long the worker lives on without any link before it ends itself. */
  maxLinkAbsenceMs: ms(600_000),
});

export type WorkerSettings = z.output<typeof workerSettingsSchema>;

/** How drivers start Node for a worker; measured, see bench/README.md. */
export const workerNodeFlags = ['--max-semi-space-size=1', '--v8-pool-size=1', '--expose-gc'] as const;
