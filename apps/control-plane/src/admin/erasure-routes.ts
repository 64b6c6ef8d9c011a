import { erasureReceiptSchema, listErasuresQuerySchema, pageOf } from '@wafleet/contracts';
import { ofTenant } from '../http/input/parameters';
import { defineRoute, type Route } from '../http/routing/route';
import type { ErasureService } from '../privacy/erasures';

export interface ErasureRouteServices {
  erasures: ErasureService;
}

export function erasureRoutes({ erasures }: ErasureRouteServices): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/admin/erasures',
      summary: 'Receipts of tenants that were erased or are being erased, newest first',
      auth: 'admin',
      query: listErasuresQuerySchema,
      response: pageOf(erasureReceiptSchema),
      handle: ({ query }) => erasures.list(query),
    }),
    defineRoute({
      method: 'GET',
      path: '/admin/erasures/:tenantId',
      summary: 'The receipt of one tenant: what was erased, and whether its device was unlinked',
      auth: 'admin',
      params: ofTenant,
      response: erasureReceiptSchema,
      handle: ({ params }) => erasures.get(params.tenantId),
    }),
  ];
}
