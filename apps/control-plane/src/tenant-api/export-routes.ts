import {
  createExportSchema,
  exportSchema,
  listExportsQuerySchema,
  mediaContentHeadersSchema,
  pageOf,
} from '@wafleet/contracts';
import { z } from 'zod';
import { mediaReply } from '../http/replies/media-reply';
import { ofExport } from '../http/input/parameters';
import { defineTenantRoute, type TenantRoute } from '../http/routing/tenant-route';
import type { ExportService } from '../privacy/export/export-service';

export interface ExportRouteServices {
  exports: ExportService;
}

/** An archive holds everything, so that it is for owners and for keys that manage. */
const at = { admin: true, portal: 'OWNER', v1: 'manage' } as const;

export function exportRoutes({ exports }: ExportRouteServices): TenantRoute[] {
  return [
    defineTenantRoute({
      method: 'POST',
      path: '/exports',
      at,
      summary: 'Make an archive of everything about the tenant or one contact; goes on after the answer',
      body: createExportSchema,
      status: 202,
      response: exportSchema,
      errors: ['TENANT_ERASING', 'TOO_MANY', 'STORAGE_FULL'],
      handle: ({ tenantId, by, body }) => exports.request(tenantId, body, by),
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/exports',
      at,
      summary: 'Exports, newest first, those under way too',
      query: listExportsQuerySchema,
      response: pageOf(exportSchema),
      isSilentOnUnknown: true,
      handle: ({ tenantId, query }) => exports.list(tenantId, query),
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/exports/:exportId',
      at,
      summary: 'One export, and how far it is',
      params: ofExport,
      response: exportSchema,
      handle: ({ tenantId, params }) => exports.get(tenantId, params.exportId),
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/exports/:exportId/archive',
      at,
      summary: 'Its archive, a .tar.gz, or the range of it that is asked for',
      params: ofExport,
      headers: mediaContentHeadersSchema,
      mediaTypes: ['*'],
      response: z.never(),
      reveals: true,
      errors: ['EXPORT_NOT_READY', 'RANGE_NOT_SATISFIABLE'],
      handle: ({ tenantId, params, headers }) =>
        mediaReply(exports.archive, tenantId, params.exportId, headers),
    }),
    defineTenantRoute({
      method: 'DELETE',
      path: '/exports/:exportId',
      at,
      summary: 'Stop an export that is under way, and remove its archive',
      params: ofExport,
      status: 204,
      response: z.void(),
      handle: ({ tenantId, params }) => exports.remove(tenantId, params.exportId),
    }),
  ];
}
