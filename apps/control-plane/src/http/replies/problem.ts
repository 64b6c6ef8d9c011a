import { AppError, errors, type Problem } from '@wafleet/contracts';
import { isDatabaseAway } from '@wafleet/db';

export interface ProblemAnswer {
  status: number;
  headers: Record<string, string>;
  body: Problem;
  /** What was thrown, where a person must look at it; not for the caller. */
  toLog: unknown;
}

/**
 * Whatever was thrown, as what the caller may know of it (RFC 9457). Only AppErrors carry words of their own;
 * everything else answers with the sentence of its code.
 */
export function problemOf(thrown: unknown, requestId: string): ProblemAnswer {
  const error = asAppError(thrown);
  const row = errors[error.code];
  return {
    status: row.status,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      ...(error.code === 'RANGE_NOT_SATISFIABLE'
        ? { 'content-range': `bytes */${String(error.extra?.['sizeBytes'])}` }
        : {}),
      ...(row.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...(error.retryAfterSeconds === undefined
        ? {}
        : { 'retry-after': String(Math.ceil(error.retryAfterSeconds)) }),
    },
    body: {
      ...error.extra,
      type: `urn:wafleet:problem:${error.code.toLowerCase().replaceAll('_', '-')}`,
      title: row.title,
      status: row.status,
      code: error.code,
      ...(error.detail === undefined ? {} : { detail: error.detail }),
      action: row.action,
      requestId,
      ...(error.fields === undefined ? {} : { errors: error.fields }),
    },
    toLog: error.code === 'INTERNAL' ? (error.cause ?? error) : row.status === 503 ? error.cause : undefined,
  };
}

function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  // A path that is no valid percent-encoding names nothing.
  if (thrown instanceof URIError) return new AppError('NOT_FOUND', { cause: thrown });
  if (isDatabaseAway(thrown)) return new AppError('UNAVAILABLE', { cause: thrown, retryAfterSeconds: 2 });
  return new AppError('INTERNAL', { cause: thrown });
}
