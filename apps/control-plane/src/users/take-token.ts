/** A token bucket as one moment: when it will be full again. */
export interface Bucket {
  fullAtMs: number;
}

export interface Taken {
  isTaken: boolean;
  bucket: Bucket;
  /** Whole tokens that are left. */
  left: number;
  fullInMs: number;
  /** Until one can be taken; 0 where one is left. */
  nextInMs: number;
}

/** @param bucket absent: full */
export function takeToken(
  bucket: Bucket | undefined,
  { size, perTokenMs }: { size: number; perTokenMs: number },
  nowMs: number,
): Taken {
  const emptyMs = size * perTokenMs;
  const before = Math.max(bucket?.fullAtMs ?? nowMs, nowMs);
  const isTaken = before + perTokenMs - nowMs <= emptyMs;
  const fullAtMs = isTaken ? before + perTokenMs : before;
  const fullInMs = fullAtMs - nowMs;
  return {
    isTaken,
    bucket: { fullAtMs },
    left: Math.floor((emptyMs - fullInMs) / perTokenMs),
    fullInMs,
    nextInMs: Math.max(0, fullInMs + perTokenMs - emptyMs),
  };
}
