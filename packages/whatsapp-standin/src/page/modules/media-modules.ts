import { fetchMedia } from '../models/messages';

interface Download {
  directPath: string;
  signal?: AbortSignal;
}

/** The bytes of media, where the library asks for them. */
export function mediaModules(): Record<string, unknown> {
  return {
    WAWebDownloadManager: {
      downloadManager: {
        /** Rejects with `status` where the server has none. */
        downloadAndMaybeDecrypt: async ({ directPath, signal }: Download): Promise<ArrayBuffer> => {
          const answer = await fetchMedia(directPath, 'GET', signal);
          if (!answer.ok)
            throw Object.assign(new Error(`media: HTTP ${answer.status}`), { status: answer.status });
          return answer.arrayBuffer();
        },
      },
    },
  };
}
