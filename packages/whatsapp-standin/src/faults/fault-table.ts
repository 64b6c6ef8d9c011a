import { z } from 'zod';

const milliseconds = z.number().int().min(0).max(600_000);
const on = z.literal(true);

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
  /** How long one QR reference can be scanned; 20 s without this fault. */
  qrTtlMs: milliseconds.min(100),
  /** Page requests are accepted and never answered. */
  hangHttp: on,
  /** Page requests and WebSockets are cut before an answer. */
  refuseConnections: on,
  /** What `_serialized` of a message key is called in the page, as in WhatsApp's release of July 2026: `$1`. */
  renameMsgKeySerialized: z.string().regex(/^[\w$]{1,32}$/),
  /** Modules that `window.require` doesn't know. */
  removeModules: z.array(z.string().min(1).max(200)).max(500),
  /** `hasSynced` is true before anybody can listen for it. */
  hasSyncedAlready: on,
  /** Messages that came while the device was away arrive only when the library listens, not during the sync. */
  offlineAfterReady: on,
  /** How the server answers the account's sends: `none` accepts in silence, `error` refuses, a delay is late. */
  ackMode: z.union([z.enum(['none', 'error']), z.object({ delayMs: milliseconds })]),
} satisfies Record<string, z.ZodType>;

export type FaultName = keyof typeof faultTable;
export type Faults = { [Name in FaultName]?: z.infer<(typeof faultTable)[Name]> | undefined };

/** The faults that the page itself plays. It is told when it loads, so they act from the next load on. */
export const pageFaultNames = [
  'bootDelayMs',
  'renameMsgKeySerialized',
  'removeModules',
  'hasSyncedAlready',
] as const satisfies readonly FaultName[];

export type PageFaults = Pick<Faults, (typeof pageFaultNames)[number]>;

export const faultsSchema = z.strictObject(faultTable).partial();
