import {
  pairingCodeRequestSchema,
  type PairingCodeView,
  pairingCodeViewSchema,
  qrViewSchema,
  type TenantId,
} from '@wafleet/contracts';
import { z } from 'zod';
import { ofTenant } from '../http/parameters';
import { qrMediaTypes, qrReply } from '../http/qr-reply';
import { defineRoute, type Route } from '../http/route';
import type { TenantService } from '../tenants/tenant-service';

export interface SessionRouteServices {
  tenants: Pick<TenantService, 'qr'>;
  sessions: {
    /** @throws AppError NOT_FOUND, TENANT_ERASING, NOT_RUNNING, NOT_WAITING_FOR_LINK, WORKER_TIMEOUT */
    requestPairingCode(tenantId: TenantId, phoneNumber: string): Promise<PairingCodeView>;
    /** Repeats change nothing. @throws AppError NOT_FOUND, TENANT_ERASING, WORKER_TIMEOUT */
    logout(tenantId: TenantId): Promise<void>;
  };
}

export function sessionRoutes({ tenants, sessions }: SessionRouteServices): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/admin/tenants/:tenantId/qr',
      summary: 'The code to scan: as data, as a picture, or drawn for a terminal',
      auth: 'admin',
      params: ofTenant,
      response: qrViewSchema,
      mediaTypes: qrMediaTypes,
      errors: ['NO_QR'],
      handle: async ({ params, mediaType }) => qrReply(await tenants.qr(params.tenantId), mediaType),
    }),
    defineRoute({
      method: 'POST',
      path: '/admin/tenants/:tenantId/session/pairing-code',
      summary: 'A code to type on the phone instead of scanning',
      auth: 'admin',
      params: ofTenant,
      body: pairingCodeRequestSchema,
      response: pairingCodeViewSchema,
      errors: ['TENANT_ERASING', 'NOT_RUNNING', 'NOT_WAITING_FOR_LINK', 'WORKER_TIMEOUT'],
      handle: ({ params, body }) => sessions.requestPairingCode(params.tenantId, body.phoneNumber),
    }),
    defineRoute({
      method: 'POST',
      path: '/admin/tenants/:tenantId/session/logout',
      summary: 'End the link to the phone; repeats change nothing',
      auth: 'admin',
      params: ofTenant,
      status: 204,
      response: z.void(),
      errors: ['TENANT_ERASING', 'WORKER_TIMEOUT'],
      handle: ({ params }) => sessions.logout(params.tenantId),
    }),
  ];
}
