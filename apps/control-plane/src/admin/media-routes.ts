import {
  mediaContentHeadersSchema,
  mediaSchema,
  uploadMediaHeadersSchema,
  uploadMediaQuerySchema,
} from '@wafleet/contracts';
import { z } from 'zod';
import { mediaReply } from '../http/media-reply';
import { ofMedia, ofTenant } from '../http/parameters';
import { defineRoute, type Route } from '../http/route';
import type { MediaService } from '../media/media-service';
import type { TenantService } from '../tenants/tenant-service';

export interface MediaRouteServices {
  tenants: Pick<TenantService, 'mustExist'>;
  media: Pick<MediaService, 'store' | 'get' | 'open' | 'remove'>;
}

export function mediaRoutes({ tenants, media }: MediaRouteServices): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/admin/tenants/:tenantId/media',
      summary: 'Upload media to send: the body is its bytes, and the query may give a filename',
      auth: 'admin',
      params: ofTenant,
      query: uploadMediaQuerySchema,
      headers: uploadMediaHeadersSchema,
      takesBytes: true,
      status: 201,
      response: mediaSchema,
      errors: ['TENANT_ERASING', 'STORAGE_FULL'],
      handle: ({ params, query, headers, bytes }) =>
        media.store(params.tenantId, bytes, {
          mimeType: headers['content-type'],
          filename: query.filename ?? null,
          declaredBytes: headers['content-length'] ?? null,
        }),
    }),
    defineRoute({
      method: 'GET',
      path: '/admin/tenants/:tenantId/media/:mediaId',
      summary: 'What is known of media',
      auth: 'admin',
      params: ofMedia,
      response: mediaSchema,
      handle: ({ params }) => media.get(params.tenantId, params.mediaId),
    }),
    defineRoute({
      method: 'GET',
      path: '/admin/tenants/:tenantId/media/:mediaId/content',
      summary: 'Its bytes, or the range of them that is asked for',
      auth: 'admin',
      params: ofMedia,
      headers: mediaContentHeadersSchema,
      mediaTypes: ['*'],
      response: z.never(),
      errors: ['RANGE_NOT_SATISFIABLE'],
      handle: ({ params, headers }) => mediaReply(media, params.tenantId, params.mediaId, headers),
    }),
    defineRoute({
      method: 'DELETE',
      path: '/admin/tenants/:tenantId/media/:mediaId',
      summary: 'Delete media; repeats change nothing',
      auth: 'admin',
      params: ofMedia,
      status: 204,
      response: z.void(),
      errors: ['MEDIA_IN_USE'],
      handle: async ({ params }) => {
        await tenants.mustExist(params.tenantId);
        await media.remove(params.tenantId, params.mediaId);
      },
    }),
  ];
}
