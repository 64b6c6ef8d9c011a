import type { ServerResponse } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { AppError, type TenantId } from '@wafleet/contracts';
import type { BytePart } from '../../media/media-store';
import { byteRange } from '../input/byte-range';
import { StreamReply } from '../routing/route';

/** Bytes that are kept: media, or an archive of an export. */
export interface KeptBytes {
  /** @throws AppError NOT_FOUND */
  get(tenantId: TenantId, id: string): Promise<{ sizeBytes: number; sha256: string }>;
  /** The caller ends the stream. @throws AppError NOT_FOUND */
  open(
    tenantId: TenantId,
    id: string,
    part?: BytePart,
  ): Promise<{ media: { mimeType: string; filename: string | null }; bytes: Readable }>;
}

/**
 * Stored bytes as an answer, or the part of them that is asked for. As a download, whatever they are: strangers may
 * have sent them.
 * @throws AppError NOT_FOUND, RANGE_NOT_SATISFIABLE
 */
export async function mediaReply(
  service: KeptBytes,
  tenantId: TenantId,
  id: string,
  headers: { range?: string | undefined; 'if-range'?: string | undefined },
): Promise<StreamReply> {
  const { sizeBytes, sha256 } = await service.get(tenantId, id);
  const tag = `"${sha256}"`;
  const range = byteRange(headers.range, headers['if-range'], { sizeBytes, tag });
  if (range.kind === 'unsatisfiable') throw new AppError('RANGE_NOT_SATISFIABLE', { extra: { sizeBytes } });
  const part = range.kind === 'part' ? { start: range.start, end: range.end } : undefined;
  const { media, bytes } = await service.open(tenantId, id, part);
  const send = (response: ServerResponse) => {
    response.writeHead(part ? 206 : 200, {
      'accept-ranges': 'bytes',
      'content-type': media.mimeType,
      'content-length': part ? part.end - part.start + 1 : sizeBytes,
      ...(part ? { 'content-range': `bytes ${part.start}-${part.end}/${sizeBytes}` } : {}),
      'content-disposition': disposition(media.filename),
      // Where a browser shows it all the same, it runs nothing of it.
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
      etag: tag,
    });
    // A client that leaves, or a disk that fails in the middle, ends both; the log of the request tells.
    pipeline(bytes, response, () => undefined);
  };
  return new StreamReply(send, () => bytes.destroy());
}

function disposition(filename: string | null): string {
  if (filename === null) return 'attachment';
  const encoded = encodeURIComponent(filename).replaceAll(/['()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  return `attachment; filename*=UTF-8''${encoded}`;
}
