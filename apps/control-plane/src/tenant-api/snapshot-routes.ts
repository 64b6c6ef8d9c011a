import {
  listSnapshotsQuerySchema,
  pageOf,
  restoreSnapshotSchema,
  snapshotSchema,
  tenantStatusViewSchema,
} from '@wafleet/contracts';
import { z } from 'zod';
import { ofSnapshot } from '../http/input/parameters';
import { defineTenantRoute, type TenantRoute } from '../http/routing/tenant-route';
import type { SnapshotService } from '../snapshots/snapshot-service';
import type { TenantService } from '../tenants/tenant-service';

export interface SnapshotRouteServices {
  snapshots: SnapshotService;
  tenants: Pick<TenantService, 'statusView'>;
}

export function snapshotRoutes({ snapshots, tenants }: SnapshotRouteServices): TenantRoute[] {
  return [
    defineTenantRoute({
      method: 'GET',
      path: '/snapshots',
      at: { admin: true },
      summary: "Snapshots of the tenant's login, newest first, those under way too",
      query: listSnapshotsQuerySchema,
      response: pageOf(snapshotSchema),
      isSilentOnUnknown: true,
      handle: ({ tenantId, query }) => snapshots.list(tenantId, query),
    }),
    defineTenantRoute({
      method: 'POST',
      path: '/snapshots',
      at: { admin: true },
      summary: 'Take a snapshot of the login; goes on after the answer',
      status: 202,
      response: snapshotSchema,
      errors: ['TENANT_ERASING', 'NO_LOGIN_TO_KEEP'],
      handle: ({ tenantId }) => snapshots.take(tenantId),
    }),
    defineTenantRoute({
      method: 'DELETE',
      path: '/snapshots/:snapshotId',
      at: { admin: true },
      summary: 'Delete a snapshot',
      params: ofSnapshot,
      status: 204,
      response: z.void(),
      handle: ({ tenantId, params }) => snapshots.delete(tenantId, params.snapshotId),
    }),
    defineTenantRoute({
      method: 'POST',
      path: '/snapshots/:snapshotId/restore',
      at: { admin: true },
      summary: 'Put a snapshot in place of the login; goes on after the answer',
      params: ofSnapshot,
      body: restoreSnapshotSchema,
      status: 202,
      response: tenantStatusViewSchema,
      errors: [
        'TENANT_ERASING',
        'TENANT_MOVED',
        'SNAPSHOT_NOT_READY',
        'SNAPSHOT_UNLINKED',
        'ROLLBACK_NOT_ACCEPTED',
      ],
      handle: async ({ tenantId, params, body, by }) => {
        await snapshots.restore(tenantId, params.snapshotId, body, by);
        return tenants.statusView(tenantId);
      },
    }),
  ];
}
