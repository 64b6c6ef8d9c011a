import {
  pairingCodeRequestSchema,
  pairingCodeViewSchema,
  qrViewSchema,
  reconnectViewSchema,
  tenantStatusViewSchema,
} from '@wafleet/contracts';
import { ofTenant } from '../http/parameters';
import { qrMediaTypes, qrReply } from '../http/qr-reply';
import { defineRoute, type Route } from '../http/route';
import type { SessionService } from '../sessions/session-service';
import type { TenantService } from '../tenants/tenant-service';
import { operator } from './operator';

export interface SessionRouteServices {
  sessions: SessionService;
  tenants: Pick<TenantService, 'requestAct' | 'requestTakeOver' | 'acceptNumber' | 'reconnectView'>;
}

export function sessionRoutes({ sessions, tenants }: SessionRouteServices): Route[] {
  const act = {
    method: 'POST',
    auth: 'admin',
    params: ofTenant,
    status: 202,
    response: tenantStatusViewSchema,
    errors: ['TENANT_ERASING'],
  } as const;

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
      ...act,
      path: '/admin/tenants/:tenantId/session/logout',
      summary: 'End the link to the phone, and wait for a start; repeats change nothing',
      handle: ({ params }) => tenants.requestAct(params.tenantId, operator, 'logout'),
    }),
    defineRoute({
      ...act,
      path: '/admin/tenants/:tenantId/session/reset',
      summary: 'Sign out, set the profile aside and start anew with a fresh code; messages stay',
      handle: ({ params }) => tenants.requestAct(params.tenantId, operator, 'reset'),
    }),
    defineRoute({
      ...act,
      path: '/admin/tenants/:tenantId/session/force-cleanup',
      summary: 'End every process, lock and temp file of the tenant, keep its profile, and start again',
      handle: ({ params }) => tenants.requestAct(params.tenantId, operator, 'force_cleanup'),
    }),
    defineRoute({
      ...act,
      path: '/admin/tenants/:tenantId/session/reset-reconnect',
      summary: 'Forget failed attempts, and try now what waits for its turn',
      handle: ({ params }) => tenants.requestAct(params.tenantId, operator, 'reset_reconnect'),
    }),
    defineRoute({
      ...act,
      path: '/admin/tenants/:tenantId/session/take-over',
      summary: 'Opened elsewhere: use it here; from every other state nothing changes',
      handle: ({ params }) => tenants.requestTakeOver(params.tenantId, operator),
    }),
    defineRoute({
      ...act,
      path: '/admin/tenants/:tenantId/session/accept-number',
      summary: 'Another number was linked: it may stay; what was queued under the former one is cancelled',
      handle: ({ params }) => tenants.acceptNumber(params.tenantId, operator),
    }),
    defineRoute({
      method: 'GET',
      path: '/admin/tenants/:tenantId/reconnect',
      summary: 'What reconnects the session next, when, and why',
      auth: 'admin',
      params: ofTenant,
      response: reconnectViewSchema,
      handle: ({ params }) => tenants.reconnectView(params.tenantId),
    }),
  ];
}
