import { z } from 'zod';

const instant = z.iso.datetime();

const days = (min: number, max: number) => z.number().int().min(min).max(max);

/** How long a tenant's data are kept, in days. */
const keptDays = {
  /** Messages, from when they were stored here. */
  messageDays: days(7, 3_650),
  /** Bytes of media. */
  mediaDays: days(1, 3_650),
  /** The timeline. */
  eventDays: days(1, 365),
  /** What became of deliveries to webhooks. */
  deliveryDays: days(1, 30),
  /** Not kept but taken over: messages from before a first link. */
  historyDays: days(0, 365),
};

/** Null: as the installation says. */
export const updateRetentionSchema = z
  .strictObject({
    messageDays: keptDays.messageDays.nullable(),
    mediaDays: keptDays.mediaDays.nullable(),
    eventDays: keptDays.eventDays.nullable(),
    deliveryDays: keptDays.deliveryDays.nullable(),
    historyDays: keptDays.historyDays.nullable(),
  })
  .partial()
  .refine((value) => Object.keys(value).length > 0, 'must name at least one field to change')
  .meta({ id: 'UpdateRetention' });

export const retentionSchema = z
  .object({
    /** What was chosen for this tenant; null where nothing was. */
    own: z.object({
      messageDays: z.number().int().nullable(),
      mediaDays: z.number().int().nullable(),
      eventDays: z.number().int().nullable(),
      deliveryDays: z.number().int().nullable(),
      historyDays: z.number().int().nullable(),
    }),
    /** What holds; null: for ever. */
    inForce: z.object({
      messageDays: z.number().int().nullable(),
      mediaDays: z.number().int(),
      eventDays: z.number().int(),
      /** Of deliveries that were taken, and of those that were not. */
      deliveryDays: z.object({ delivered: z.number().int(), failed: z.number().int() }),
      historyDays: z.number().int(),
    }),
  })
  .meta({ id: 'Retention' });

/**
 * What became of the device at WhatsApp: `not_linked` (there was none), `linked` (still to be unlinked), `unlinked`, or
 * `not_unlinked`: WhatsApp could not be told, so that the phone still lists it.
 */
export const erasedDevices = ['not_linked', 'linked', 'unlinked', 'not_unlinked'] as const;

/** What is left of a tenant that was erased. */
export const erasureReceiptSchema = z
  .object({
    tenantId: z.string(),
    requestedAt: instant,
    requestedBy: z.string(),
    /** When nothing was left; null while it goes on. */
    endedAt: instant.nullable(),
    device: z.enum(erasedDevices),
    /** What a person has to do about it; null: nothing. */
    deviceNote: z.string().nullable(),
    /** What there was; null before it was counted. */
    erased: z
      .object({
        messages: z.number().int(),
        media: z.number().int(),
        events: z.number().int(),
        exports: z.number().int(),
      })
      .nullable(),
  })
  .meta({ id: 'ErasureReceipt' });

export const listErasuresQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});

/** What was erased of one contact. */
export const contactErasureSchema = z
  .object({ messages: z.number().int(), media: z.number().int() })
  .meta({ id: 'ContactErasure' });

export type UpdateRetention = z.infer<typeof updateRetentionSchema>;
export type Retention = z.infer<typeof retentionSchema>;
export type ErasedDevice = (typeof erasedDevices)[number];
export type ErasureReceipt = z.infer<typeof erasureReceiptSchema>;
export type ListErasuresQuery = z.infer<typeof listErasuresQuerySchema>;
export type ContactErasure = z.infer<typeof contactErasureSchema>;
