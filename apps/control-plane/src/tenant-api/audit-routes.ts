import { auditEntrySchema, listTenantAuditQuerySchema, pageOf } from '@wafleet/contracts';
import type { AuditLog } from '../audit/audit-log';
import { defineTenantRoute, type TenantRoute } from '../http/routing/tenant-route';

export interface TenantAuditRouteServices {
  audit: Pick<AuditLog, 'listOfTenant'>;
}

export function tenantAuditRoutes({ audit }: TenantAuditRouteServices): TenantRoute[] {
  return [
    defineTenantRoute({
      method: 'GET',
      path: '/audit',
      at: { portal: true },
      summary: 'Who did what in the workspace, newest first; operators have no names there',
      query: listTenantAuditQuerySchema,
      response: pageOf(auditEntrySchema),
      handle: ({ tenantId, query }) => audit.listOfTenant(tenantId, query),
    }),
  ];
}
