import { auditEntrySchema, listAuditQuerySchema, pageOf } from '@wafleet/contracts';
import type { AuditLog } from '../audit/audit-log';
import { defineRoute, type Route } from '../http/routing/route';

export interface AuditRouteServices {
  audit: AuditLog;
}

export function auditRoutes({ audit }: AuditRouteServices): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/admin/audit',
      summary: 'Who did what to which tenant, when, from where, and what came of it; newest first',
      auth: 'admin',
      query: listAuditQuerySchema,
      response: pageOf(auditEntrySchema),
      handle: ({ query }) => audit.list(query),
    }),
  ];
}
