import type { ServerResponse } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import type { Media } from '@wafleet/contracts';
import { StreamReply } from './route';

/** Stored bytes as an answer. As a download, whatever they are: strangers may have sent them. */
export function mediaReply({ media, bytes }: { media: Media; bytes: Readable }): StreamReply {
  const send = (response: ServerResponse) => {
    response.writeHead(200, {
      'content-type': media.mimeType,
      'content-length': media.sizeBytes,
      'content-disposition': disposition(media.filename),
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
