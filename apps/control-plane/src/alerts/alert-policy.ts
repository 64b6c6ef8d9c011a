import { z } from 'zod';

const ms = (value: number) => z.number().int().positive().default(value);

/** The numbers that telling operators is decided with. */
export const alertPolicySchema = z.object({
  /** What is over within this time is not told, neither that it came nor, later, that it went. */
  holdMs: ms(120_000),
  /** A tenant that is STARTING or RECOVERING for longer than this is told as one that needs a person. */
  repairLimitMs: ms(1_800_000),
  /** Notices within any hour; what comes beyond is told together, later. */
  maxPerHour: z.number().int().min(2).default(12),
  /** Between two looks at what is to be told, and at what should have been delivered. */
  lookMs: ms(5_000),
  /** With less free space on the disk of our files, operators are told; 0: no check. */
  minFreeBytes: z
    .number()
    .int()
    .min(0)
    .default(1024 ** 3),
  retry: z
    .object({
      firstMs: ms(5_000),
      maxMs: ms(600_000),
      /** Share of a delay that is random. */
      jitter: z.number().min(0).max(1).default(0.2),
      /** A notice that can't be delivered is given up after this long; one that was refused already after the other. */
      giveUpMs: ms(86_400_000),
      giveUpRefusedMs: ms(3_600_000),
    })
    .prefault({}),
});

export type AlertPolicy = z.output<typeof alertPolicySchema>;
