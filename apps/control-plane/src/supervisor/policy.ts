import { z } from 'zod';

const ms = (value: number) => z.number().int().positive().default(value);

/** The numbers that supervision decides with. */
export const supervisionPolicySchema = z.object({
  /** Between two looks at all tenants; wake-ups come in between. */
  sweepMs: ms(5_000),
  /** Between two searches for processes that no row knows, and how long one may live unknown. */
  orphanSweepMs: ms(60_000),
  orphanGraceMs: ms(60_000),
  /** A graceful stop may take this long before the whole process tree is killed. */
  stopMs: ms(15_000),
  /** A link with no frame for this long belongs to a hung worker. */
  hungMs: ms(30_000),
  /** A live worker may be without any link for this long. */
  linklessMs: ms(45_000),
  /** A worker whose session has ended for good clears up and exits by itself within this time. */
  farewellMs: ms(20_000),
  /** A boot holds its place until its session shows something, at most this long. */
  bootMs: ms(60_000),
  /** Memory that must be available before another browser is started; 0 switches the check off. */
  minAvailableBytes: z
    .number()
    .int()
    .nonnegative()
    .default(400 * 1024 * 1024),
  restart: z
    .object({
      firstMs: ms(1_000),
      maxMs: ms(60_000),
      /** Share of a delay that is random. */
      jitter: z.number().min(0).max(1).default(0.2),
      /** Crashes are counted within this time. */
      windowMs: ms(600_000),
      /** So many crashes within the window are a crash loop … */
      loopCrashes: z.number().int().min(2).default(5),
      /** … which is tried again this slowly. */
      loopMs: ms(300_000),
      /** Between tries where somebody must mend the machine; they cost no browser and count as no crash. */
      machineMs: ms(30_000),
      /** A worker that was healthy for this long starts with a clean slate. */
      healthyMs: ms(600_000),
    })
    .prefault({}),
});

export type SupervisionPolicy = z.output<typeof supervisionPolicySchema>;
export type RestartPolicy = SupervisionPolicy['restart'];
