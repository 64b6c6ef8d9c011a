import { type Bucket, takeToken } from './take-token';

/** How often each key may be used. In memory: one control plane answers, and a new one may begin with full buckets. */
export interface RequestPace {
  /** Counts one request of this key. */
  take(keyId: string): PaceAnswer;
}

export interface PaceAnswer {
  isWithin: boolean;
  /** `RateLimit-Policy` and `RateLimit`, for every answer. */
  headers: Record<string, string>;
  /** 0 where it is within. */
  retryAfterSeconds: number;
}

/** As long a burst as this of the even pace may come at once. */
const burstSeconds = 10;
/** When there are more buckets, full ones are dropped: an absent one is full. */
const maxBuckets = 1_000;

/** @param perMinute 0: no limit */
export function createRequestPace({ perMinute, now }: { perMinute: number; now: () => Date }): RequestPace {
  if (perMinute === 0) return { take: () => ({ isWithin: true, headers: {}, retryAfterSeconds: 0 }) };
  const size = Math.max(1, Math.floor((perMinute / 60) * burstSeconds));
  const perTokenMs = 60_000 / perMinute;
  const policy = `"key";q=${size};w=${Math.ceil((size * perTokenMs) / 1_000)}`;
  const buckets = new Map<string, Bucket>();

  return {
    take(keyId) {
      const nowMs = now().getTime();
      const taken = takeToken(buckets.get(keyId), { size, perTokenMs }, nowMs);
      if (buckets.size >= maxBuckets) dropFull(buckets, nowMs);
      buckets.set(keyId, taken.bucket);
      const { isTaken, left, fullInMs, nextInMs } = taken;
      return {
        isWithin: isTaken,
        headers: {
          'ratelimit-policy': policy,
          ratelimit: `"key";r=${left};t=${Math.ceil(fullInMs / 1_000)}`,
        },
        retryAfterSeconds: isTaken ? 0 : Math.ceil(nextInMs / 1_000),
      };
    },
  };
}

function dropFull(buckets: Map<string, Bucket>, nowMs: number): void {
  for (const [keyId, { fullAtMs }] of buckets) if (fullAtMs <= nowMs) buckets.delete(keyId);
}
