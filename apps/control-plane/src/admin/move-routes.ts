import { pipeline } from 'node:stream';
import { moveKeyHeadersSchema, moveOutSchema, tenantStatusViewSchema } from '@wafleet/contracts';
import { z } from 'zod';
import { ofTenant } from '../http/input/parameters';
import { defineRoute, type Route, StreamReply } from '../http/routing/route';
import { operator } from '../http/routing/tenant-route';
import type { MoveService } from '../moving/move-service';
import type { TenantService } from '../tenants/tenant-service';

export interface MoveRouteServices {
  moves: MoveService;
  tenants: Pick<TenantService, 'statusView'>;
}

/** What `wafleet move` does at its two ends. */
export function moveRoutes({ moves, tenants }: MoveRouteServices): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/admin/tenants/:tenantId/move-out',
      summary: 'Let a stopped tenant run elsewhere: it does not start here any more until it is taken back',
      auth: 'admin',
      params: ofTenant,
      body: moveOutSchema,
      response: tenantStatusViewSchema,
      errors: ['TENANT_ERASING', 'MOVE_NOT_READY'],
      audited: ['snapshotId'],
      handle: async ({ params: { tenantId }, body }) => {
        await moves.moveOut(tenantId, body.snapshotId, operator);
        return tenants.statusView(tenantId);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/admin/tenants/:tenantId/move-out/archive',
      summary: 'The login of a tenant that was moved out, sealed with the key in the header',
      auth: 'admin',
      params: ofTenant,
      headers: moveKeyHeadersSchema,
      mediaTypes: ['application/octet-stream'],
      response: z.never(),
      errors: ['NOT_MOVED', 'MOVE_NOT_READY'],
      handle: async ({ params: { tenantId }, headers }) => {
        const archive = await moves.openArchive(tenantId, headers['wafleet-move-key']);
        return new StreamReply(
          (response) => {
            response.writeHead(200, { 'content-type': 'application/octet-stream' });
            pipeline(archive, response, () => undefined);
          },
          () => archive.destroy(),
        );
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/admin/tenants/:tenantId/take-back',
      summary: 'Have a tenant that was moved out run here again, with the login that it left',
      auth: 'admin',
      params: ofTenant,
      status: 202,
      response: tenantStatusViewSchema,
      errors: ['TENANT_ERASING', 'NOT_MOVED'],
      handle: async ({ params: { tenantId } }) => {
        await moves.takeBack(tenantId, operator);
        return tenants.statusView(tenantId);
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/admin/tenants/:tenantId/move-in',
      summary: 'Take over a tenant that was moved out elsewhere, under its id: the body is its archive',
      auth: 'admin',
      params: ofTenant,
      headers: moveKeyHeadersSchema,
      takesBytes: true,
      status: 202,
      response: tenantStatusViewSchema,
      errors: ['TENANT_HERE', 'NUMBER_LINKED', 'ARCHIVE_NOT_OPENED', 'BODY_TOO_LARGE', 'STORAGE_FULL'],
      handle: async ({ params: { tenantId }, headers, bytes }) => {
        await moves.moveIn(tenantId, headers['wafleet-move-key'], bytes, operator);
        return tenants.statusView(tenantId);
      },
    }),
  ];
}
