import { z } from 'zod';

const milliseconds = z.number().int().min(0).max(600_000);
const on = z.literal(true);

/** States in which WhatsApp's server leaves a page instead of letting it in. */
const serverStates = ['TIMEOUT', 'PROXYBLOCK', 'TOS_BLOCK', 'SMB_TOS_BLOCK', 'DEPRECATED_VERSION'] as const;

export type ServerState = (typeof serverStates)[number];

/**
 * Everything that can be made to go wrong, one row each: the value it takes and what it does. To add a fault, add
 * its row here and read it where it acts: `faults.of(number).<name>` on the server, `config.faults.<name>` in the
 * page for the names in `pageFaultNames`.
 */
const faultTable = {
  /** The page's modules and `Debug.VERSION` appear this long after it has loaded. */
  bootDelayMs: milliseconds,
  /** Chats and messages follow this long after the state is CONNECTED. */
  syncDelayMs: milliseconds,
  /** How often the page asks the server whether it still hears; every 20 s without this fault. */
  pingMs: milliseconds.min(100),
  /** How long one QR reference can be scanned; 20 s without this fault. */
  qrTtlMs: milliseconds.min(100),
  /** How many QR references an unlinked page is given before it is idle; six without this fault. */
  qrRefs: z.number().int().min(1).max(6),
  /** Page requests are answered this much later. */
  httpDelayMs: milliseconds,
  /** Page requests are accepted and never answered. */
  hangHttp: on,
  /** Page requests get an error page with this status; 200 is some page without WhatsApp's modules. */
  errorPage: z.union([z.literal(200), z.literal(500), z.literal(503)]),
  /** Page requests and WebSockets are cut before an answer. */
  refuseConnections: on,
  /** WebSockets stay open, but nothing is read from them and nothing sent. One that fell silent stays so. */
  silentSocket: on,
  /** A page that connects is left in this state, without a word more. */
  serverState: z.enum(serverStates),
  /** What the page says in `Debug.VERSION`. */
  webVersion: z.string().regex(/^\d[\w.-]{0,63}$/),
  /** What `_serialized` of a message key is called in the page, as in WhatsApp's release of July 2026: `$1`. */
  renameMsgKeySerialized: z.string().regex(/^[\w$]{1,32}$/),
  /** Modules that `window.require` doesn't know. */
  removeModules: z.array(z.string().min(1).max(200)).max(500),
  /** `hasSynced` is true before anybody can listen for it. */
  hasSyncedAlready: on,
  /** CONNECTED, but chats and messages never follow, and `hasSynced` never becomes true. */
  neverSyncs: on,
  /** A dialog lies over the page after each load; `hasSynced` waits until Escape or its button dismisses it. */
  whatsNewModal: on,
  /** The page's JavaScript heap grows by this much, until the renderer dies of it. */
  memoryGrowthMbPerMinute: z.number().positive().max(60_000),
  /** Messages that came while the device was away arrive only when the library listens, not during the sync. */
  offlineAfterReady: on,
  /** Messages of that time, and what became of them, come in the wrong order: the newest first. */
  offlineNewestFirst: on,
  /**
   * Media in the page: gone from the server (404), refused (500), refused so many times since the fault was set, cut in
   * half, late, slow, or a request without an answer.
   */
  mediaDownload: z.union([
    z.enum(['missing', 'error', 'truncated', 'hang']),
    z.strictObject({ failTimes: z.number().int().min(1).max(1_000) }),
    z.strictObject({ delayMs: milliseconds }),
    z.strictObject({ bytesPerSecond: z.number().int().min(1).max(1_000_000_000) }),
  ]),
  /** Media from the page: refused by the server (500), taken late, or never answered. */
  mediaUpload: z.union([z.enum(['error', 'hang']), z.object({ delayMs: milliseconds })]),
  /** How long after its own time the page lets a message be edited; 15 minutes without this fault. */
  editWindowMs: milliseconds,
  /** How long after its own time the page lets a message be deleted for everyone; 60 hours without this fault. */
  revokeWindowMs: milliseconds,
  /**
   * How the server answers what the account sends and changes: `none` accepts in silence, `error` refuses, a delay is
   * late.
   */
  ackMode: z.union([z.enum(['none', 'error']), z.object({ delayMs: milliseconds })]),
} satisfies Record<string, z.ZodType>;

export type FaultName = keyof typeof faultTable;
export type Faults = { [Name in FaultName]?: z.infer<(typeof faultTable)[Name]> | undefined };

/** The faults that the page itself plays. It is told when it loads, so they act from the next load on. */
export const pageFaultNames = [
  'bootDelayMs',
  'pingMs',
  'renameMsgKeySerialized',
  'removeModules',
  'hasSyncedAlready',
  'webVersion',
  'whatsNewModal',
  'memoryGrowthMbPerMinute',
  'editWindowMs',
  'revokeWindowMs',
] as const satisfies readonly FaultName[];

export type PageFaults = Pick<Faults, (typeof pageFaultNames)[number]>;

export const faultsSchema = z.strictObject(faultTable).partial();
