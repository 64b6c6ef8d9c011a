import { z } from 'zod';
import { reasonCodes } from '../reasons';
import { commandResultSchema, commandSchema } from './commands';
import { linkEventSchema, sessionSnapshotSchema } from './events';

/** Unix time in milliseconds. */
const at = z.number().int().nonnegative();

/** The largest number that the database can hold where generations and event numbers are stored. */
const maxNumber = 2 ** 31 - 1;

export const helloSchema = z.object({
  type: z.literal('hello'),
  protocol: z.number().int().positive(),
  tenantId: z.string(),
  generation: z.number().int().positive().max(maxNumber),
  token: z.string(),
  pid: z.number().int().positive(),
  workerVersion: z.string(),
  /** The highest event sequence number this generation has given out; 0 before the first. */
  lastSeq: z.number().int().nonnegative().max(maxNumber),
  session: sessionSnapshotSchema,
});

export const heartbeatSchema = z.object({
  type: z.literal('heartbeat'),
  at,
  /** The latest round trip through the page; null while there is no page to ask. */
  probe: z
    .object({
      ok: z.boolean(),
      at,
      latencyMs: z.number().nonnegative(),
      missed: z.number().int().nonnegative(),
    })
    .nullable(),
  /** Proportional set size in bytes; null where the system does not tell. */
  memory: z.object({
    nodeBytes: z.number().nonnegative().nullable(),
    browserBytes: z.number().nonnegative().nullable(),
  }),
  /** Of one core, over the time since the last heartbeat: of all in the control group, else of the whole process tree. */
  cpuPercent: z.number().nonnegative().nullable(),
  processes: z.number().int().nonnegative(),
  /** What the kernel counts of the worker's own control group, and the most it allows; absent without one. */
  group: z
    .object({
      memoryBytes: z.number().nonnegative().nullable(),
      memoryLimitBytes: z.number().nonnegative().nullable(),
      pids: z.number().int().nonnegative().nullable(),
      pidsLimit: z.number().int().nonnegative().nullable(),
      /** Processors. */
      cpuLimit: z.number().nonnegative().nullish(),
    })
    .nullish(),
  queues: z.object({
    inbound: z.number().int().nonnegative(),
    outbound: z.number().int().nonnegative(),
    unackedEvents: z.number().int().nonnegative(),
  }),
  eventLoopDelayMs: z.number().nonnegative(),
  /** When a message last came, or was given to the page; null before the first. */
  lastMessageAt: at.nullish(),
});

export const eventFrameSchema = z.object({
  type: z.literal('event'),
  /** 1, 2, 3 … per generation, without gaps. */
  seq: z.number().int().positive().max(maxNumber),
  at,
  event: linkEventSchema,
});

export const resultFrameSchema = z.object({
  type: z.literal('result'),
  id: z.string(),
  result: commandResultSchema,
});

export const workerFrameSchema = z.discriminatedUnion('type', [
  helloSchema,
  heartbeatSchema,
  eventFrameSchema,
  resultFrameSchema,
]);

export const welcomeSchema = z.object({
  type: z.literal('welcome'),
  linkId: z.string(),
  /** Events up to this one are committed; the worker forgets them and resends the rest. */
  lastSeq: z.number().int().nonnegative(),
  /** The account this tenant is linked to as far as the control plane knows. */
  account: z
    .object({
      phoneNumber: z.string(),
      /** This and `seenAt` are for workers of a version that reads by itself what was missed. */
      linkedAt: at.nullish(),
      seenAt: at.nullish(),
    })
    .nullable(),
  /** Attempts already used when the last generation ended, and why. */
  reconnect: z.object({ attempt: z.number().int().nonnegative(), reason: z.enum(reasonCodes).nullable() }),
});

export const ackSchema = z.object({
  type: z.literal('ack'),
  /** Every event up to this one is committed. Only rises. */
  seq: z.number().int().positive(),
});

export const commandFrameSchema = z.object({
  type: z.literal('command'),
  /** Repeating an id returns the remembered result; nothing is done twice. */
  id: z.string(),
  command: commandSchema,
});

export const refusalCodes = [
  'superseded',
  'bad_token',
  'unsupported_protocol',
  'standby',
  'bad_frame',
] as const;

/** The last frame before the control plane closes. `superseded`, `bad_token`, `unsupported_protocol`: the worker exits. */
export const refusedSchema = z.object({
  type: z.literal('refused'),
  code: z.enum(refusalCodes),
  message: z.string(),
});

export const controlFrameSchema = z.discriminatedUnion('type', [
  welcomeSchema,
  ackSchema,
  commandFrameSchema,
  refusedSchema,
]);

export type HelloFrame = z.infer<typeof helloSchema>;
export type HeartbeatFrame = z.infer<typeof heartbeatSchema>;
export type EventFrame = z.infer<typeof eventFrameSchema>;
export type ResultFrame = z.infer<typeof resultFrameSchema>;
export type WorkerFrame = z.infer<typeof workerFrameSchema>;
export type WelcomeFrame = z.infer<typeof welcomeSchema>;
export type AckFrame = z.infer<typeof ackSchema>;
export type CommandFrame = z.infer<typeof commandFrameSchema>;
export type RefusedFrame = z.infer<typeof refusedSchema>;
export type ControlFrame = z.infer<typeof controlFrameSchema>;
export type RefusalCode = (typeof refusalCodes)[number];
