import { z } from 'zod';

const instant = z.iso.datetime();

/** Why messages may have come unheard. */
export const outageCauses = ['linked', 'disconnected', 'unheard'] as const;

/** A time in which nobody listened, and what became of the messages of that time. */
export const outageSchema = z
  .object({
    id: z.string(),
    /**
     * `disconnected`: no session was connected. `unheard`: one was, but its page was loaded anew, or the control plane was
     * away for so long that the worker could not keep everything. `linked`: no outage, but what came between the scan and the session's start.
     */
    cause: z.enum(outageCauses),
    /** The last moment before at which somebody is known to have listened. */
    from: instant,
    to: instant,
    /** `reading`: the figures still rise. `interrupted`: another outage came first and takes over what is left. */
    state: z.enum(['reading', 'recovered', 'interrupted']),
    /** Messages of that time, in both directions, that were found afterwards. */
    recovered: z.number().int(),
    /** Chats that were read, and those of them in which a gap can't be ruled out. */
    chats: z.number().int(),
    incompleteChats: z.number().int(),
  })
  .meta({ id: 'Outage' });

export const outageDetailSchema = outageSchema
  .extend({
    /** At most a thousand: those with a possible gap first, then those with the most messages. */
    perChat: z.array(
      z.object({
        chatId: z.string(),
        recovered: z.number().int(),
        /** Reading reached a message that was known before, or all that there is; null while that is open. */
        isComplete: z.boolean().nullable(),
      }),
    ),
  })
  .meta({ id: 'OutageDetail' });

export const listOutagesQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});

export type Outage = z.infer<typeof outageSchema>;
export type OutageDetail = z.infer<typeof outageDetailSchema>;
export type OutageCause = (typeof outageCauses)[number];
export type ListOutagesQuery = z.infer<typeof listOutagesQuerySchema>;
