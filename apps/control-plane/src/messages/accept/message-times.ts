import { AppError } from '@wafleet/contracts';

const dayMs = 24 * 60 * 60 * 1_000;
/** Of what names no end. */
export const defaultLifeMs = dayMs;
const maxLifeMs = 7 * dayMs;
const maxAheadMs = 366 * dayMs;

/**
 * When a message is to be sent (null: at once) and when it is no longer wanted, counted from then. INVALID_INPUT where
 * the two can't be.
 */
export function timesOf(
  asked: { sendAt: Date | null; expiresAt: Date | null },
  now: Date,
): { sendAt: Date | null; expiresAt: Date } | AppError {
  const { sendAt } = asked;
  if (sendAt !== null && sendAt <= now) return invalid('sendAt', 'must be in the future');
  if (sendAt !== null && sendAt.getTime() - now.getTime() > maxAheadMs)
    return invalid('sendAt', 'must be within a year');
  const from = sendAt ?? now;
  const expiresAt = asked.expiresAt ?? new Date(from.getTime() + defaultLifeMs);
  const lifeMs = expiresAt.getTime() - from.getTime();
  if (lifeMs <= 0)
    return invalid('expiresAt', sendAt === null ? 'must be in the future' : 'must be after sendAt');
  if (lifeMs > maxLifeMs)
    return invalid(
      'expiresAt',
      sendAt === null ? 'must be within 7 days' : 'must be within 7 days of sendAt',
    );
  return { sendAt, expiresAt };
}

function invalid(field: string, message: string): AppError {
  return new AppError('INVALID_INPUT', { fields: [{ field, message }] });
}
