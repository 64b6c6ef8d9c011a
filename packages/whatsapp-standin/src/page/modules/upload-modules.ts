import { uploadMedia } from '../media/media-requests';
import { MediaObject, type MediaWishes, OpaqueData, prepareMedia } from '../models/media';
import { mediaAttributes } from '../models/message-content';
import type { Page } from '../page';
import { toWebpSticker } from '../content/webp';

interface Upload {
  mimetype: string;
  mediaObject: MediaObject;
}

interface StickerUpload {
  blob: Blob;
  type: string;
  signal: AbortSignal;
}

/** What the library calls between a file and the message that holds it. */
export function uploadModules({ mediaCache }: Page): Record<string, unknown> {
  return {
    WAWebMediaOpaqueData: OpaqueData,
    WAWebPrepRawMedia: {
      prepRawMedia: (data: OpaqueData, wishes: MediaWishes) => {
        const prepared = prepareMedia(data, wishes);
        return { waitForPrep: () => prepared };
      },
    },
    WAWebMediaStorage: { getOrCreateMediaObject: (filehash: string) => new MediaObject({ filehash }) },
    WAWebMmsMediaTypes: {
      msgToMediaType: ({ type, isGif }: { type: string; isGif?: boolean }) => (isGif ? 'gif' : type),
      castToV4: (type: string) => type,
    },
    WAWebMediaDataUtils: {
      shouldUseMediaCache: (type: string) => type !== 'video' && type !== 'document',
    },
    WAWebMediaInMemoryBlobCache: { InMemoryMediaBlobCache: mediaCache },
    WAWebMediaMmsV4Upload: {
      /** Rejects where the server refuses the bytes or can't be reached. */
      uploadMedia: async ({ mediaObject, mimetype }: Upload) => {
        const bytes = mediaObject.get('mediaBlob')?.formData();
        if (!bytes) throw new Error('media-fault: nothing to upload');
        return { mediaEntry: uploaded(await uploadMedia(bytes, mimetype)) };
      },
    },
    WAWebUploadManager: {
      encryptAndUpload: async ({ blob, signal }: StickerUpload) =>
        uploaded(await uploadMedia(blob, blob.type, signal)),
    },
    // WhatsApp's own measurements, which nobody reads here.
    WAWebStartMediaUploadQpl: { startMediaUploadQpl: () => ({}) },
    WAWebImageUtils: { toWebpSticker },
  };
}

/** What an upload gives to the message: where the bytes are, by the names of both ways to upload. */
function uploaded(ref: Parameters<typeof mediaAttributes>[0]) {
  const { directPath, encFilehash, mediaKey, mediaKeyTimestamp } = mediaAttributes(ref);
  const address = `${location.origin}${directPath}`;
  return {
    directPath,
    encFilehash,
    mediaKey,
    mediaKeyTimestamp,
    uploadHash: encFilehash,
    url: address,
    mmsUrl: address,
    deprecatedMms3Url: address,
  };
}
