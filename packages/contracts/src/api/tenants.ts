import { z } from 'zod';
import { desiredStates, sessionStates, tenantStatuses, workerStatuses } from '../states';
import { reasonCodes } from '../reasons';

/** ISO 8601 with milliseconds, UTC. */
const instant = z.iso.datetime();

/** E.164 digits; a leading plus and spaces are taken and dropped. */
export const phoneNumberSchema = z
  .string()
  .max(32)
  .transform((value) => value.replace(/[\s()-]/g, '').replace(/^\+/, ''))
  .pipe(
    z.string().regex(/^[1-9]\d{6,14}$/, 'must be a phone number in international form, such as +15550100'),
  );

/** Passwords of SOCKS5 have a length in one byte. */
const maxCredentialBytes = 255;

/** `http://host:port` or `socks5://host:port`, with or without `user:password@`; nothing after the port. */
const proxyUrlSchema = z
  .string()
  .trim()
  .max(1_000)
  .superRefine((value, context) => {
    const problem = proxyProblem(value);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  });

function proxyProblem(value: string): string | null {
  if (!URL.canParse(value)) return 'must be an address such as socks5://user:password@203.0.113.7:1080';
  const url = new URL(value);
  if (url.protocol !== 'http:' && url.protocol !== 'socks5:') return 'must begin with http:// or socks5://';
  if (url.hostname === '') return 'must name a host';
  if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '')
    return 'must end with the port';
  if ((url.username === '') !== (url.password === '')) return 'must hold both user and password, or neither';
  const credentials = [url.username, url.password].map(decoded);
  if (credentials.includes(null)) return 'must have user and password percent-encoded';
  if (credentials.some((text) => new TextEncoder().encode(text ?? '').length > maxCredentialBytes))
    return 'must have a user and a password of at most 255 bytes';
  return url.protocol === 'http:' && credentials[0]?.includes(':')
    ? 'must have a user without a colon'
    : null;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

export const proxySchema = z.strictObject({ url: proxyUrlSchema });

const mebibyte = 1024 * 1024;

const limitFields = {
  memoryBytes: z
    .number()
    .int()
    .min(192 * mebibyte)
    .max(64 * 1024 * mebibyte)
    .nullish(),
  /** Processors. */
  cpus: z.number().min(0.1).max(64).nullish(),
  /** Processes and threads. */
  pids: z.number().int().min(100).max(10_000).nullish(),
};

/** The most that a tenant's worker and browser may use together; what is absent or null is as the installation says. */
export const tenantLimitsSchema = z.strictObject(limitFields).meta({ id: 'TenantLimits' });

export const createTenantSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(100),
    phoneNumber: phoneNumberSchema.nullish(),
    /** What everything of the tenant's page goes through; absent or null: no proxy. */
    proxy: proxySchema.nullish(),
    /** Start its session at once; true when absent. */
    start: z.boolean().default(true),
  })
  .meta({ id: 'CreateTenant' });

export const updateTenantSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(100),
    phoneNumber: phoneNumberSchema.nullable(),
    proxy: proxySchema.nullable(),
    /** How fast it sends; 0: as fast as it can, null: as the installation says. */
    sendsPerMinute: z.number().int().min(0).max(6_000).nullable(),
    /** Its own limits, all of them anew; null: as the installation says. */
    limits: tenantLimitsSchema.nullable(),
  })
  .partial()
  .refine((value) => Object.keys(value).length > 0, 'must name at least one field to change')
  .meta({ id: 'UpdateTenant' });

export const listTenantsQuerySchema = z.strictObject({
  status: z.enum(tenantStatuses).optional(),
  /** Part of the name, or digits of the number, or the id. */
  q: z.string().trim().min(1).max(100).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});

export const reasonViewSchema = z
  .object({
    code: z.enum(reasonCodes),
    label: z.string(),
    explanation: z.string(),
    userAction: z.string(),
    repairedBy: z.string(),
  })
  .meta({ id: 'Reason' });

export const tenantSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    phoneNumber: z.string().nullable(),
    /** Without the password, which is never shown again. */
    proxy: z.object({ url: z.string() }).nullable(),
    /** Its own limits; null where it has none. */
    limits: z.object(limitFields).nullable(),
    desiredState: z.enum(desiredStates),
    status: z.enum(tenantStatuses),
    reason: reasonViewSchema.nullable(),
    statusSince: instant,
    createdAt: instant,
  })
  .meta({ id: 'Tenant' });

const containerUseSchema = z.object({
  /** With the caches of files that can be given back. */
  memoryBytes: z.number().nullable(),
  memoryLimitBytes: z.number().nullable(),
  pids: z.number().int().nullable(),
  pidsLimit: z.number().int().nullable(),
  /** Processors that it may use; `cpuPercent` beside it is all that it uses. */
  cpuLimit: z.number().nullable(),
});

/** Everything about one tenant's state, as `GET …/status` answers. */
export const tenantStatusViewSchema = z
  .object({
    tenantId: z.string(),
    status: z.enum(tenantStatuses),
    reason: reasonViewSchema.nullable(),
    /** Particulars of the reason: a path, a missing part. */
    detail: z.string().nullable(),
    since: instant,
    desiredState: z.enum(desiredStates),
    /** Who stopped it, as a person or `operator`; null where it is wanted, or that is not known any more. */
    stoppedBy: z.string().nullable(),
    /** Its place among those that wait for a place to boot in, from 1; null while it waits for none. */
    place: z.number().int().nullable(),
    /** The page is linked to a phone. */
    isLoggedIn: z.boolean(),
    /** A round trip through the page succeeded within its interval. */
    isConnected: z.boolean(),
    attempt: z.number().int(),
    nextAttemptAt: instant.nullable(),
    lastError: z.string().nullable(),
    session: z.object({
      state: z.enum(sessionStates),
      since: instant,
      lastSeenAt: instant.nullable(),
      account: z.object({ phoneNumber: z.string(), name: z.string().nullable() }).nullable(),
      linkIsDurable: z.boolean(),
      syncPercent: z.number().nullable(),
      /** What this page of WhatsApp's can't do of what the API offers: those calls answer `CAPABILITY_MISSING`. */
      degraded: z.array(z.string()),
      versions: z.object({
        whatsappWeb: z.string().nullable(),
        browser: z.string().nullable(),
        library: z.string().nullable(),
      }),
    }),
    worker: z.object({
      status: z.enum(workerStatuses),
      generation: z.number().int(),
      startedAt: instant.nullable(),
      lastHeartbeatAt: instant.nullable(),
      restarts: z.number().int(),
      memory: z.object({ nodeBytes: z.number().nullable(), browserBytes: z.number().nullable() }),
      cpuPercent: z.number().nullable(),
      /** What the kernel counts of its container, and the most it allows; null without a container. */
      container: containerUseSchema.nullable(),
      /** What the tenant's folder takes on the disk, measured every ten minutes; null before. */
      diskBytes: z.number().nullable(),
    }),
    queues: z.object({
      /** Messages that wait, and those whose fate is being found out. */
      outbound: z.number().int(),
      /** Before it nothing is begun, for the sake of the tenant's pace; null where nothing waits for that. */
      nextSendAt: instant.nullable(),
      /** The pace; 0: none. */
      sendsPerMinute: z.number().int(),
    }),
  })
  .meta({ id: 'TenantStatus' });

/** What reconnects a tenant next: its worker a page, or the supervisor a worker. */
export const reconnectViewSchema = z
  .object({
    state: z.enum(sessionStates),
    reason: reasonViewSchema.nullable(),
    /** Tries used since it was last well: of the page, or while no worker runs the crashes that count. */
    attempt: z.number().int(),
    /** Null while none is planned. */
    nextAttemptAt: instant.nullable(),
    /** Repair has slowed to occasional tries. */
    isSlow: z.boolean(),
  })
  .meta({ id: 'Reconnect' });

/** Erasing goes on after the answer; once it is done the id is unknown. */
export const erasureSchema = z
  .object({ tenantId: z.string(), status: z.literal('ERASING') })
  .meta({ id: 'Erasure' });

export const qrViewSchema = z
  .object({
    state: z.enum(sessionStates),
    /** Why there is no code, where something is in its way. */
    reason: z.enum(reasonCodes).nullable(),
    raw: z.string().nullable(),
    dataUrl: z.string().nullable(),
    sequence: z.number().int().nullable(),
    expiresAt: instant.nullable(),
  })
  .meta({ id: 'Qr' });

export const pairingCodeRequestSchema = z.strictObject({ phoneNumber: phoneNumberSchema });
export const pairingCodeViewSchema = z
  .object({
    code: z.string(),
    phoneNumber: z.string(),
    expiresAt: instant,
  })
  .meta({ id: 'PairingCode' });

export type TenantLimits = z.infer<typeof tenantLimitsSchema>;
export type Proxy = z.infer<typeof proxySchema>;
export type CreateTenant = z.infer<typeof createTenantSchema>;
export type UpdateTenant = z.infer<typeof updateTenantSchema>;
export type ListTenantsQuery = z.infer<typeof listTenantsQuerySchema>;
export type ReasonView = z.infer<typeof reasonViewSchema>;
export type Tenant = z.infer<typeof tenantSchema>;
export type TenantStatusView = z.infer<typeof tenantStatusViewSchema>;
export type ReconnectView = z.infer<typeof reconnectViewSchema>;
export type Erasure = z.infer<typeof erasureSchema>;
export type QrView = z.infer<typeof qrViewSchema>;
export type PairingCodeView = z.infer<typeof pairingCodeViewSchema>;
