import { downloadMedia } from '../media/media-requests';
import { hashOf } from '../models/media';
import type { Page } from '../page';

interface Download {
  directPath: string;
  filehash: string;
  signal?: AbortSignal;
}

/** The bytes of media, where the library asks for them. */
export function mediaModules({ mediaCache }: Page): Record<string, unknown> {
  return {
    WAWebDownloadManager: {
      downloadManager: {
        /** Rejects with `status` where the server has none, and for bytes that are not those of the message. */
        downloadAndMaybeDecrypt: async ({ directPath, filehash, signal }: Download): Promise<ArrayBuffer> => {
          const cached = mediaCache.get(filehash);
          if (cached) return cached.arrayBuffer();
          const bytes = await downloadMedia(directPath, signal);
          if ((await hashOf(bytes)) !== filehash) throw new Error('media-fault: hash mismatch');
          return bytes;
        },
      },
    },
  };
}
