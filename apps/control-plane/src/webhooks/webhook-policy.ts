import { z } from 'zod';
import { isNetwork } from '../egress/networks';

const ms = (value: number) => z.number().int().positive().default(value);

/** How tenants' own programs are told. Times in milliseconds. */
export const webhookPolicySchema = z.object({
  /** Whether an address may be http, in the clear. */
  allowHttp: z.boolean().default(false),
  /** Networks that are not public and may be sent to all the same, as `10.1.0.0/16`. */
  networks: z
    .array(z.string().refine(isNetwork, 'must be networks such as 10.1.0.0/16'))
    .max(100)
    .default([]),
  /** For a whole request, from the look-up of its name to the end of the answer. */
  timeoutMs: ms(15_000),
  /** Chats of one endpoint, and requests in all, that are under way at the same time. */
  maxParallelPerEndpoint: z.number().int().min(1).max(100).default(10),
  maxParallel: z.number().int().min(1).max(1_000).default(100),
  /** Pauses of an endpoint that can't take anything: doubling with each try that fails. */
  pause: z
    .object({
      firstMs: ms(2_000),
      maxMs: ms(300_000),
      /** Share of a pause that is random. */
      jitter: z.number().min(0).max(1).default(0.3),
    })
    .prefault({}),
  /** At most so long a Retry-After is honoured. */
  maxRetryAfterMs: ms(3_600_000),
  /** What its endpoint could not take for so long is DEAD. */
  giveUpMs: ms(86_400_000),
  /** Tries after which a delivery that fails while others are taken is PARKED. */
  maxAttemptsAlone: z.number().int().min(1).default(10),
  /** How often rows are looked for that nothing woke. */
  sweepMs: ms(10_000),
  /** Days that deliveries are kept: those that were taken, and those that were not. */
  keepDeliveredDays: z.number().int().min(1).max(30).default(7),
  keepFailedDays: z.number().int().min(1).max(30).default(30),
});

export type WebhookPolicy = z.output<typeof webhookPolicySchema>;
