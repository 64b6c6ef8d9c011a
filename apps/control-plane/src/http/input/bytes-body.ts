import { AppError } from '@wafleet/contracts';
import type { Request } from 'express';

/**
 * The body as it comes, for a handler that streams it. Whoever stops reading early can still answer.
 * Reading throws AppError UNSUPPORTED_MEDIA_TYPE where it is compressed, INVALID_INPUT where it ends early.
 */
export async function* bytesOf(request: Request): AsyncGenerator<Uint8Array> {
  if (request.headers['content-encoding'] !== undefined) throw new AppError('UNSUPPORTED_MEDIA_TYPE');
  try {
    yield* request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw new AppError('INVALID_INPUT', { fields: [{ field: '', message: 'ended early' }], cause });
  } finally {
    // What nobody reads stands in the way of the next request of this connection.
    request.resume();
  }
}
