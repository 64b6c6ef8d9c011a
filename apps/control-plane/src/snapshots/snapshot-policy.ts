import { z } from 'zod';

const ms = (value: number) => z.number().int().positive().default(value);

/** When snapshots are taken, how long they are kept. */
export const snapshotPolicySchema = z.object({
  /** How old the newest one of a connected tenant may grow; 0: none is taken by the clock. */
  everyMs: z
    .number()
    .int()
    .nonnegative()
    .default(24 * 3_600_000),
  /** Taken when a worker is stopped, unless the newest one is younger than `minAgeMs`. */
  atStop: z.boolean().default(true),
  minAgeMs: z.number().int().nonnegative().default(600_000),
  /** A profile that is missing or lost its login is replaced by the newest snapshot, once. */
  restore: z.boolean().default(true),
  /** Each is checked: a browser without a network is started with it, in a moment when none boots, for so long at most. */
  check: z.boolean().default(true),
  checkMs: ms(120_000),
  /** For how long a running browser may stand still; at most half of what its worker waits for an answer. */
  maxFrozenMs: z.number().int().min(100).max(2_000).default(2_000),
  /** The same where no browser runs. */
  maxCopyMs: ms(20_000),
  /** Of a profile without its caches. */
  maxBytes: ms(1024 * 1024 * 1024),
  /** So many are kept of a tenant, none for longer than that; the newest one always. */
  keep: z.number().int().min(1).max(1_000).default(7),
  keepDays: z.number().int().min(1).max(3_650).default(30),
  /** Between two looks for what is due, and tries where the store is away. */
  sweepMs: ms(30_000),
});

export type SnapshotPolicy = z.output<typeof snapshotPolicySchema>;
