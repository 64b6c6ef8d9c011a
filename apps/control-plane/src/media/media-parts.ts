import type { Config } from '../config';
import { createMediaDownloads } from './downloads/media-downloads';
import { createFolderMediaStore } from './folder-media-store';
import { mediaCleanup } from './media-cleanup';
import { createMediaService } from './media-service';

/** The parts of this folder, in the order of their needs. */
export function createMediaParts(
  config: Config['media'],
  deps: Omit<Parameters<typeof createMediaDownloads>[0], 'media' | 'policy' | 'maxBytes'>,
) {
  const { db, newId, now } = deps;
  const store = createFolderMediaStore(config);
  const service = createMediaService({ db, store, ...config, newId, now });
  const { downloads: policy, maxBytes } = config;
  const downloads = createMediaDownloads({ ...deps, media: service, policy, maxBytes });
  const cleanups = [...mediaCleanup({ db, store, media: service, now }), downloads.cleanup];
  return { store, service, downloads, cleanups };
}
