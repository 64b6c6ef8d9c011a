import type { TenantId } from '@wafleet/contracts';
import type { Statements } from '@wafleet/db';

/** How many sends of a tenant may be begun a minute. */
export interface Pace {
  perMinute: number;
}

/** Null where there is none. */
export function paceOf(perMinute: number): Pace | null {
  return perMinute === 0 ? null : { perMinute };
}

/** So many may follow each other at once after a rest, as a person answers several chats in a row. */
const burst = 10;
/** The share by which a pause is longer or shorter, because nobody writes like a clock. */
const jitter = 0.3;
const minuteMs = 60_000;

export interface PaceStep {
  /** How long after it the next send may follow, once the burst is used up. */
  stepMs: number;
  /** How far a rest is remembered: the burst. */
  slackMs: number;
}

/** @param random in [0, 1) */
export function paceStep({ perMinute }: Pace, random: number): PaceStep {
  const intervalMs = minuteMs / perMinute;
  return {
    stepMs: Math.round(intervalMs * (1 + jitter * (2 * random - 1))),
    slackMs: Math.round(intervalMs * (burst - 1)),
  };
}

/**
 * Takes the tenant's next place: a token bucket as one moment, before which nothing is begun. In the transaction of
 * what is begun, so that a crash neither loses nor doubles it. False where that moment has not come.
 */
export async function takePlace(
  tx: Statements,
  tenantId: TenantId,
  now: Date,
  { stepMs, slackMs }: PaceStep,
): Promise<boolean> {
  const rested = new Date(now.getTime() - slackMs);
  const next = new Date(rested.getTime() + stepMs);
  const count = await tx.$executeRaw`
    INSERT INTO send_paces (tenant_id, paced_until) VALUES (${tenantId}, ${next})
    ON CONFLICT (tenant_id) DO UPDATE
    SET paced_until = GREATEST(send_paces.paced_until, ${rested}) + ${stepMs} * INTERVAL '1 millisecond'
    WHERE send_paces.paced_until IS NULL OR send_paces.paced_until <= ${now}`;
  return count > 0;
}
