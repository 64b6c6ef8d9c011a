import { z } from 'zod';

const ms = z.number().int().min(1);

/** How media of messages that came are fetched. Times in milliseconds. */
export const downloadPolicySchema = z.object({
  /** Tries of one message's media before it is FAILED; those that no worker could make don't count. */
  maxAttempts: z.number().int().min(1).max(100).default(10),
  retry: z
    .object({
      firstMs: ms.default(10_000),
      maxMs: ms.default(3_600_000),
      jitter: z.number().min(0).max(1).default(0.3),
    })
    .prefault({}),
  /** For how long the page may take to fetch the bytes. */
  fetchMs: ms.max(600_000).default(120_000),
  /** When the disk is full, or no worker answers although one should: how long until the next look. */
  waitMs: ms.default(60_000),
  /** Messages of different tenants whose media are fetched at the same time; of one tenant it is one. */
  maxParallel: z.number().int().min(1).max(64).default(4),
  /** How often rows are looked for that nothing woke. */
  sweepMs: ms.default(15_000),
  /** What nobody could even try for so long, because its number is linked no more, is FAILED. */
  giveUpMs: ms.default(14 * 24 * 60 * 60 * 1_000),
});

export type DownloadPolicy = z.infer<typeof downloadPolicySchema>;
