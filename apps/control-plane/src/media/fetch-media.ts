import { AppError, mimeTypeSchema, type Media, type TenantId } from '@wafleet/contracts';
import type { AllowedNetworks } from '../egress/public-address';
import { GetRefusedError, guardedGet, type GetRefusal } from '../egress/guarded-get';
import type { MediaService } from './media-service';

const timeoutMs = 60_000;
const silenceMs = 15_000;

const sentences: Record<GetRefusal, string> = {
  address_refused: 'Only public addresses without a user name are fetched from.',
  unreachable: 'The address can not be reached.',
  redirected: 'The address leads on to another one; name that one.',
  bad_status: 'The address did not answer with 200.',
  encoded: 'The address answers compressed although that was not asked for.',
  timed_out: 'The address did not answer in time.',
};

/**
 * Fetches what lies at an address that a caller chose, and keeps it as media of the tenant.
 * @throws AppError MEDIA_NOT_FETCHED with `reason`, and whatever storing throws
 */
export async function fetchMedia(
  deps: { media: Pick<MediaService, 'store'>; allowed: AllowedNetworks },
  tenantId: TenantId,
  url: string,
): Promise<Media> {
  try {
    const { answer, close } = await guardedGet(url, { allowed: deps.allowed, timeoutMs, silenceMs });
    try {
      return await deps.media.store(tenantId, answer.bytes, {
        mimeType: mimeTypeSchema.safeParse(answer.mimeType).data ?? 'application/octet-stream',
        filename: null,
        declaredBytes: answer.declaredBytes,
      });
    } finally {
      close();
    }
  } catch (error) {
    if (!(error instanceof GetRefusedError)) throw error;
    throw new AppError('MEDIA_NOT_FETCHED', {
      detail: sentences[error.refusal],
      extra: { reason: error.refusal },
      cause: error,
    });
  }
}
