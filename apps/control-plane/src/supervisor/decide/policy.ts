import { z } from 'zod';

const ms = (value: number) => z.number().int().positive().default(value);
const bytes = (value: number) => z.number().int().nonnegative().default(value);
const megabyte = 1024 * 1024;

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
  /** A container engine may be without an answer for this long: so long it takes to be started anew. */
  engineSilentMs: ms(30_000),
  /** A live worker may be without any link for this long. */
  linklessMs: ms(45_000),
  /** A worker whose session has ended for good clears up and exits by itself within this time. */
  farewellMs: ms(20_000),
  /** A session that is on its way, with a worker that answers, may tell nothing new for this long; no less than its deadlines. */
  stuckMs: ms(600_000),
  /** A boot holds its place until its session shows something, at most this long. */
  bootMs: ms(60_000),
  /** Memory that must be available before another browser is started; 0 switches the check off. */
  minAvailableBytes: bytes(400 * megabyte),
  /** What a boot is expected to take, until it is known what this fleet's workers use. */
  bootBytes: bytes(150 * megabyte),
  /** What one tenant's node and browser use together; 0 switches a threshold off. */
  memory: z
    .object({
      /** From here on the worker is replaced in a quiet moment, at most this often … */
      recycleBytes: bytes(600 * megabyte),
      recycleEveryMs: ms(3_600_000),
      /** … and from here on whatever it does, but not in its first minutes. */
      limitBytes: bytes(1024 * megabyte),
      youngMs: ms(600_000),
      /** No message for this long is a quiet moment. */
      quietMs: ms(120_000),
    })
    .prefault({}),
  /** What lies in a trash is dropped after so many days; of one tenant only so many are kept. */
  trash: z
    .object({
      days: z.number().int().min(1).default(7),
      /** Profiles that lost their login, for somebody to look into. */
      damagedDays: z.number().int().min(1).default(30),
      keep: z.number().int().min(1).default(5),
      /** A tenant's folder that no row knows is set aside after this long … */
      unknownGraceMs: ms(3_600_000),
      /** … and dropped after so many days. */
      unknownDays: z.number().int().min(1).default(30),
    })
    .prefault({}),
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

export interface SupervisionPolicy extends z.output<typeof supervisionPolicySchema> {
  /** Unscanned codes may be shown for this long; more than the worker allows them, so that it is the worker who ends it. */
  unscannedMs: number;
}
export type RestartPolicy = SupervisionPolicy['restart'];
export type MemoryPolicy = SupervisionPolicy['memory'];
export type TrashPolicy = SupervisionPolicy['trash'];
