import {
  mediaContentHeadersSchema,
  mediaSchema,
  uploadMediaHeadersSchema,
  uploadMediaQuerySchema,
} from '@wafleet/contracts';
import { z } from 'zod';
import { mediaReply } from '../../http/replies/media-reply';
import { ofMedia } from '../../http/input/parameters';
import { defineTenantRoute, type TenantRoute } from '../../http/routing/tenant-route';
import type { MediaService } from '../../media/media-service';

export interface MediaRouteServices {
  media: Pick<MediaService, 'store' | 'get' | 'open' | 'remove'>;
}

export function mediaRoutes({ media }: MediaRouteServices): TenantRoute[] {
  return [
    defineTenantRoute({
      method: 'POST',
      path: '/media',
      at: { admin: true, v1: 'send' },
      summary: 'Upload media to send: the body is its bytes, and the query may give a filename',
      query: uploadMediaQuerySchema,
      headers: uploadMediaHeadersSchema,
      takesBytes: true,
      status: 201,
      response: mediaSchema,
      errors: ['TENANT_ERASING', 'STORAGE_FULL'],
      handle: ({ tenantId, query, headers, bytes }) =>
        media.store(tenantId, bytes, {
          mimeType: headers['content-type'],
          filename: query.filename ?? null,
          declaredBytes: headers['content-length'] ?? null,
        }),
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/media/:mediaId',
      at: { admin: true, v1: 'read' },
      summary: 'What is known of media',
      params: ofMedia,
      response: mediaSchema,
      handle: ({ tenantId, params }) => media.get(tenantId, params.mediaId),
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/media/:mediaId/content',
      at: { admin: true, portal: true, v1: 'read' },
      summary: 'Its bytes, or the range of them that is asked for',
      params: ofMedia,
      headers: mediaContentHeadersSchema,
      mediaTypes: ['*'],
      response: z.never(),
      reveals: true,
      errors: ['RANGE_NOT_SATISFIABLE'],
      handle: ({ tenantId, params, headers }) => mediaReply(media, tenantId, params.mediaId, headers),
    }),
    defineTenantRoute({
      method: 'DELETE',
      path: '/media/:mediaId',
      at: { admin: true, v1: 'send' },
      summary: 'Delete media; repeats change nothing',
      params: ofMedia,
      status: 204,
      response: z.void(),
      errors: ['MEDIA_IN_USE'],
      isSilentOnUnknown: true,
      handle: ({ tenantId, params }) => media.remove(tenantId, params.mediaId),
    }),
  ];
}
