import { downloadMedia } from '../media-requests';
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
        /** Rejects with `status` where the server has none. */
        downloadAndMaybeDecrypt: async ({ directPath, filehash, signal }: Download): Promise<ArrayBuffer> =>
          mediaCache.get(filehash)?.arrayBuffer() ?? downloadMedia(directPath, signal),
      },
    },
  };
}
