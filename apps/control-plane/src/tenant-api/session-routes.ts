import {
  pairingCodeRequestSchema,
  pairingCodeViewSchema,
  qrViewSchema,
  reconnectViewSchema,
  tenantStatusViewSchema,
} from '@wafleet/contracts';
import { z } from 'zod';
import { qrMediaTypes, qrReply } from '../http/replies/qr-reply';
import { MediaReply } from '../http/routing/route';
import { defineTenantRoute, type TenantRoute } from '../http/routing/tenant-route';
import type { SessionService } from '../sessions/session-service';
import type { TenantService } from '../tenants/tenant-service';

export interface SessionRouteServices {
  sessions: SessionService;
  tenants: Pick<TenantService, 'requestAct' | 'requestTakeOver' | 'acceptNumber' | 'reconnectView'>;
}

export function sessionRoutes({ sessions, tenants }: SessionRouteServices): TenantRoute[] {
  const act = {
    method: 'POST',
    status: 202,
    response: tenantStatusViewSchema,
    errors: ['TENANT_ERASING', 'TENANT_MOVED'],
  } as const;

  return [
    defineTenantRoute({
      method: 'GET',
      path: '/qr',
      at: { admin: true, portal: true, v1: 'manage' },
      summary: 'The code to scan: as data, as a picture, or drawn for a terminal',
      response: qrViewSchema,
      mediaTypes: qrMediaTypes,
      errors: ['NO_QR'],
      handle: async ({ tenantId, mediaType }) => qrReply(await sessions.qr(tenantId), mediaType),
    }),
    defineTenantRoute({
      method: 'POST',
      path: '/session/pairing-code',
      at: { admin: true, portal: true, v1: 'manage' },
      summary: 'A code to type on the phone instead of scanning',
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
      handle: ({ tenantId, body }) => sessions.requestPairingCode(tenantId, body.phoneNumber),
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/session/screenshot',
      at: { admin: true },
      summary: 'The page of the session as it is now, as a picture; never with a code that links the account',
      response: z.string(),
      mediaTypes: ['image/jpeg'],
      reveals: true,
      errors: ['NO_SCREENSHOT', 'NOT_RUNNING', 'WORKER_TIMEOUT', 'UNAVAILABLE'],
      handle: async ({ tenantId }) => new MediaReply('image/jpeg', await sessions.screenshot(tenantId)),
    }),
    defineTenantRoute({
      ...act,
      path: '/session/logout',
      at: { admin: true, portal: 'OWNER', v1: 'manage' },
      summary: 'End the link to the phone, and wait for a start; repeats change nothing',
      handle: ({ tenantId, by }) => tenants.requestAct(tenantId, by, 'logout'),
    }),
    defineTenantRoute({
      ...act,
      path: '/session/reset',
      at: { admin: true, portal: 'OWNER', v1: 'manage' },
      summary: 'Sign out, set the profile aside and start anew with a fresh code; messages stay',
      handle: ({ tenantId, by }) => tenants.requestAct(tenantId, by, 'reset'),
    }),
    defineTenantRoute({
      ...act,
      path: '/session/force-cleanup',
      at: { admin: true },
      summary: 'End every process, lock and temp file of the tenant, keep its profile, and start again',
      handle: ({ tenantId, by }) => tenants.requestAct(tenantId, by, 'force_cleanup'),
    }),
    defineTenantRoute({
      ...act,
      path: '/session/reset-reconnect',
      at: { admin: true, portal: true, v1: 'manage' },
      summary: 'Forget failed attempts, and try now what waits for its turn',
      handle: ({ tenantId, by }) => tenants.requestAct(tenantId, by, 'reset_reconnect'),
    }),
    defineTenantRoute({
      ...act,
      path: '/session/take-over',
      at: { admin: true, portal: true, v1: 'manage' },
      summary: 'Opened elsewhere: use it here; from every other state nothing changes',
      handle: ({ tenantId, by }) => tenants.requestTakeOver(tenantId, by),
    }),
    defineTenantRoute({
      ...act,
      path: '/session/accept-number',
      at: { admin: true, portal: true, v1: 'manage' },
      summary: 'Another number was linked: it may stay; what was queued under the former one is cancelled',
      handle: ({ tenantId, by }) => tenants.acceptNumber(tenantId, by),
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/reconnect',
      at: { admin: true, v1: 'read' },
      summary: 'What reconnects the session next, when, and why',
      response: reconnectViewSchema,
      handle: ({ tenantId }) => tenants.reconnectView(tenantId),
    }),
  ];
}
