import { pairingCodeRequestSchema, pairingCodeViewSchema, qrViewSchema } from '@wafleet/contracts';
import { z } from 'zod';
import { ofTenant } from '../http/parameters';
import { qrMediaTypes, qrReply } from '../http/qr-reply';
import { defineRoute, type Route } from '../http/route';
import type { SessionService } from '../sessions/session-service';

export interface SessionRouteServices {
  sessions: SessionService;
}

export function sessionRoutes({ sessions }: SessionRouteServices): Route[] {
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
      handle: async ({ params, mediaType }) => qrReply(await sessions.qr(params.tenantId), mediaType),
    }),
    defineRoute({
      method: 'POST',
      path: '/admin/tenants/:tenantId/session/pairing-code',
      summary: 'A code to type on the phone instead of scanning',
      auth: 'admin',
      params: ofTenant,
      body: pairingCodeRequestSchema,
      response: pairingCodeViewSchema,
      errors: [
        'TENANT_ERASING',
        'NEEDS_PERSON',
        'NOT_RUNNING',
        'NOT_WAITING_FOR_LINK',
        'WORKER_TIMEOUT',
        'UNAVAILABLE',
      ],
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
      errors: ['TENANT_ERASING', 'WORKER_TIMEOUT', 'UNAVAILABLE'],
      handle: ({ params }) => sessions.logout(params.tenantId),
    }),
  ];
}
