import { AppError } from '@wafleet/contracts';
import express, { type Request, type Response } from 'express';

export const bodyLimitBytes = 256 * 1024;
const bodyTimeoutMs = 30_000;

/**
 * Reads a JSON body of at most `bodyLimitBytes`; resolves with undefined where there is none.
 * Compressed bodies are not taken, so that the limit is also the limit of what is unpacked.
 * Rejects with AppError MALFORMED_JSON, BODY_TOO_LARGE or UNSUPPORTED_MEDIA_TYPE.
 */
export async function readJsonBody(request: Request, response: Response): Promise<unknown> {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (!hasBody) return undefined;
  if (!request.is('application/json')) throw new AppError('UNSUPPORTED_MEDIA_TYPE');
  const cutOff = setTimeout(() => request.destroy(), bodyTimeoutMs);
  try {
    await new Promise<void>((resolve, reject) => {
      parse(request, response, (error?: unknown) =>
        error === undefined ? resolve() : reject(bodyError(error)),
      );
    });
  } finally {
    clearTimeout(cutOff);
  }
  return request.body as unknown;
}

const parse = express.json({ limit: bodyLimitBytes, inflate: false });

/** The parser tells its failures apart by a `type`. */
function bodyError(error: unknown): Error {
  switch ((error as { type?: string }).type) {
    case 'entity.too.large':
      return new AppError('BODY_TOO_LARGE', {
        detail: `The limit is ${bodyLimitBytes} bytes.`,
        cause: error,
      });
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new AppError('UNSUPPORTED_MEDIA_TYPE', { cause: error });
    case 'request.aborted':
    case 'request.size.invalid':
      return new AppError('MALFORMED_JSON', { detail: 'The body ended early.', cause: error });
    case 'entity.parse.failed':
      return new AppError('MALFORMED_JSON', { cause: error });
    default:
      return error as Error;
  }
}
