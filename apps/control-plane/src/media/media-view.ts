import type { Media as MediaView } from '@wafleet/contracts';
import type { Media } from '@wafleet/db';

/** Media as the API shows it. */
export function mediaView(row: Media): MediaView {
  return {
    id: row.id,
    tenantId: row.tenantId,
    sha256: row.sha256,
    sizeBytes: row.sizeBytes,
    mimeType: row.mimeType,
    filename: row.filename,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  };
}
