import { AppError } from '@wafleet/contracts';
import { type Bucket, takeToken } from '../users/take-token';

/**
 * How often something may be tried that must not be guessed: per address, and per what is tried, because an address can be
 * changed or pretended. In memory, as the pace of keys.
 */
export interface Tries {
  /**
   * Counts one try by every one of these. Its result gives them back, for one that was no guess.
   * @throws AppError TOO_MANY_TRIES
   */
  take(by: readonly { what: string; limit: TryLimit }[]): { giveBack(): void };
}

/** So many at once; then one in this time. */
export interface TryLimit {
  size: number;
  perTokenMs: number;
}

const maxBuckets = 10_000;

export function createTries({ now }: { now: () => Date }): Tries {
  let buckets = new Map<string, Bucket>();

  return {
    take(by) {
      const nowMs = now().getTime();
      if (buckets.size > maxBuckets)
        buckets = new Map([...buckets].filter(([, { fullAtMs }]) => fullAtMs > nowMs));
      const taken = by.map(({ what, limit }) => ({
        what,
        limit,
        ...takeToken(buckets.get(what), limit, nowMs),
      }));
      for (const { what, bucket } of taken) buckets.set(what, bucket);
      const waitMs = Math.max(0, ...taken.filter(({ isTaken }) => !isTaken).map(({ nextInMs }) => nextInMs));
      if (waitMs > 0) throw new AppError('TOO_MANY_TRIES', { retryAfterSeconds: waitMs / 1_000 });
      return {
        giveBack() {
          for (const { what, limit } of taken) {
            const bucket = buckets.get(what);
            if (bucket) buckets.set(what, { fullAtMs: bucket.fullAtMs - limit.perTokenMs });
          }
        },
      };
    },
  };
}

const perAddress: TryLimit = { size: 30, perTokenMs: 10_000 };

/** What needs a token that cannot be guessed, and costs something to be tried all the same: the wrong ones count. */
export async function guessAt<Result>(
  tries: Tries,
  from: string | null,
  look: () => Promise<Result>,
): Promise<Result> {
  const taken = tries.take([{ what: `link ${from ?? 'unknown'}`, limit: perAddress }]);
  const result = await look();
  taken.giveBack();
  return result;
}
