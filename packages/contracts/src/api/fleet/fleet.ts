import { z } from 'zod';
import { reasonCodes } from '../../reasons';
import { desiredStates, tenantStatuses } from '../../states';
import { tenantEventSchema } from '../events';

const instant = z.iso.datetime();

/** One tenant as the table of the fleet shows it. Numbers are rounded, so that noise is no news. */
export const fleetRowSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    /** The linked number, else the expected one. */
    phoneNumber: z.string().nullable(),
    status: z.enum(tenantStatuses),
    /** Its words are in the list of reasons. */
    reason: z.enum(reasonCodes).nullable(),
    since: instant,
    desiredState: z.enum(desiredStates),
    /** Of node and browser together; null while no worker says so. */
    memoryMib: z.number().int().nullable(),
    cpuPercent: z.number().int().nullable(),
    /** In both directions, in the last whole minute. */
    messagesPerMinute: z.number().int(),
    /** Starts of its worker in the last 24 hours beyond the first that is known. */
    restarts: z.number().int(),
    /** When its page answered last, exact to a minute. */
    lastSeenAt: instant.nullable(),
    whatsappWebVersion: z.string().nullable(),
  })
  .meta({ id: 'FleetRow' });

/** All tenants at one moment; the live stream goes on after `id`. */
export const fleetSnapshotSchema = z
  .object({
    id: z.string(),
    at: instant,
    /** From here on a worker is replaced at once; null where there is no limit. */
    memoryLimitMib: z.number().int().nullable(),
    counts: z.record(z.enum(tenantStatuses), z.number().int()),
    rows: z.array(fleetRowSchema),
    /** There are more tenants than one answer holds. */
    isCut: z.boolean(),
  })
  .meta({ id: 'Fleet' });

/** What the live stream of the fleet carries: whole rows of what changed, and ids of what is gone. */
export const fleetPatchSchema = z
  .object({ id: z.string(), at: instant, rows: z.array(fleetRowSchema), gone: z.array(z.string()) })
  .meta({ id: 'FleetPatch' });

export const historyRanges = ['1h', '24h', '7d'] as const;
export const historyQuerySchema = z.strictObject({ range: z.enum(historyRanges).default('24h') });

/** Oldest first. A sample stands for the time from `at` on; where nothing ran, there is none. */
export const usageHistorySchema = z
  .object({
    from: instant,
    to: instant,
    stepSeconds: z.number().int(),
    memoryLimitMib: z.number().int().nullable(),
    samples: z.array(
      z.object({
        at: instant,
        /** The highest within the step. */
        memoryMib: z.number().int().nullable(),
        cpuPercent: z.number().nullable(),
        messagesPerMinute: z.number(),
        /** Starts of the worker within the step, beyond the first that is known. */
        restarts: z.number().int(),
        /** How often its page lost WhatsApp within the step, and tried to come back. */
        reconnects: z.number().int(),
      }),
    ),
  })
  .meta({ id: 'UsageHistory' });

export const timelineSchema = z
  .object({
    from: instant,
    to: instant,
    /** Oldest first, without gaps from the first known status on. */
    band: z.array(
      z.object({
        status: z.enum(tenantStatuses),
        reason: z.enum(reasonCodes).nullable(),
        from: instant,
        to: instant,
      }),
    ),
    /** Newest first; those about messages are left out. */
    events: z.array(tenantEventSchema),
    /** There were more, and the oldest are left out; the band begins with the oldest that is here. */
    isCut: z.boolean(),
  })
  .meta({ id: 'Timeline' });

/** What the machine of the active control plane has, and what its workers take of it. */
export const capacitySchema = z
  .object({
    /** While there is one, every worker ends and none starts, whatever is wanted; null: workers run. */
    drain: z.object({ since: instant, by: z.string() }).nullable(),
    memory: z.object({
      totalBytes: z.number().int(),
      availableBytes: z.number().int(),
      /** Must stay available when all that boot have booted; 0: no check. */
      keptBytes: z.number().int(),
      workersBytes: z.number().int(),
    }),
    cores: z.number().int(),
    loadAverage: z.number(),
    workers: z.object({
      running: z.number().int(),
      /** What the next one is expected to take. */
      expectedBytes: z.number().int(),
      /** How many more fit by memory. */
      moreFit: z.number().int(),
    }),
    boots: z.object({
      atOnce: z.number().int(),
      underWay: z.array(z.object({ tenantId: z.string(), name: z.string(), since: instant })),
      /** In their order; of a long queue the first hundred. */
      waiting: z.array(
        z.object({ tenantId: z.string(), name: z.string(), since: instant, wasLinked: z.boolean() }),
      ),
      waitingCount: z.number().int(),
    }),
  })
  .meta({ id: 'Capacity' });

export type FleetRow = z.infer<typeof fleetRowSchema>;
export type FleetSnapshot = z.infer<typeof fleetSnapshotSchema>;
export type FleetPatch = z.infer<typeof fleetPatchSchema>;
export type HistoryRange = (typeof historyRanges)[number];
export type UsageHistory = z.infer<typeof usageHistorySchema>;
export type Timeline = z.infer<typeof timelineSchema>;
export type Capacity = z.infer<typeof capacitySchema>;
