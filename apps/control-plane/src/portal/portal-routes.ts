import {
  listEventsQuerySchema,
  listLogsQuerySchema,
  listMessagesQuerySchema,
  listOutagesQuerySchema,
  logLineSchema,
  mediaContentHeadersSchema,
  meSchema,
  messageSchema,
  outageSchema,
  pageOf,
  qrViewSchema,
  tenantEventSchema,
  tenantStatusViewSchema,
} from '@wafleet/contracts';
import { z } from 'zod';
import { mediaReply } from '../http/media-reply';
import { qrMediaTypes, qrReply } from '../http/qr-reply';
import { defineRoute, type Route } from '../http/route';
import type { EventHistory } from '../live/event-history';
import type { EventStreams } from '../live/event-streams';
import { streamHeaders, streamQuery, streamReply } from '../live/stream-route';
import { readCuratedLog } from '../logs/curated-log';
import type { MediaDownloads } from '../media/downloads/media-downloads';
import type { MediaService } from '../media/media-service';
import type { MessageService } from '../messages/message-service';
import type { OutageService } from '../outages/outage-service';
import type { SessionService } from '../sessions/session-service';
import type { TenantService } from '../tenants/tenant-service';

export interface PortalServices {
  tenants: Pick<TenantService, 'statusView' | 'requestRestart' | 'requestTakeOver' | 'acceptNumber'>;
  sessions: Pick<SessionService, 'qr'>;
  messages: Pick<MessageService, 'list' | 'get'>;
  media: Pick<MediaService, 'get' | 'open'>;
  mediaDownloads: Pick<MediaDownloads, 'retry'>;
  outages: Pick<OutageService, 'list'>;
  events: Pick<EventHistory, 'page'>;
  eventStreams: EventStreams;
}

/** The portal's API. No path names a tenant: it is always the caller's own. */
export function portalRoutes({
  tenants,
  sessions,
  messages,
  media,
  mediaDownloads,
  outages,
  events,
  eventStreams,
}: PortalServices): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/portal/me',
      summary: 'The signed-in person and their workspaces',
      auth: 'portal',
      response: meSchema,
      handle: ({ caller: { email, name, tenant, tenants: all } }) => ({
        email,
        name,
        tenant: { id: tenant.id, name: tenant.name },
        role: tenant.role,
        tenants: all,
      }),
    }),
    defineRoute({
      method: 'GET',
      path: '/portal/tenant/current/status',
      summary: "Everything about the state of the workspace's session",
      auth: 'portal',
      response: tenantStatusViewSchema,
      handle: ({ caller }) => tenants.statusView(caller.tenant.id),
    }),
    defineRoute({
      method: 'GET',
      path: '/portal/tenant/current/qr',
      summary: 'The code to scan: as data, as a picture, or drawn for a terminal',
      auth: 'portal',
      response: qrViewSchema,
      mediaTypes: qrMediaTypes,
      errors: ['NO_QR'],
      handle: async ({ caller, mediaType }) => qrReply(await sessions.qr(caller.tenant.id), mediaType),
    }),
    defineRoute({
      method: 'GET',
      path: '/portal/tenant/current/logs',
      summary: 'What happened, in words, newest first',
      auth: 'portal',
      query: listLogsQuerySchema,
      response: pageOf(logLineSchema),
      handle: async ({ caller, query }) => ({
        items: await readCuratedLog(events, caller.tenant.id, query),
        nextCursor: null,
      }),
    }),
    defineRoute({
      method: 'GET',
      path: '/portal/tenant/current/messages',
      summary: 'Messages in both directions, newest first',
      auth: 'portal',
      query: listMessagesQuerySchema,
      response: pageOf(messageSchema),
      handle: ({ caller, query }) => messages.list(caller.tenant.id, query),
    }),
    defineRoute({
      method: 'POST',
      path: '/portal/tenant/current/messages/:messageId/media/retry',
      summary: 'Fetch the media of a message that came anew; what waits is due at once',
      auth: 'portal',
      params: z.object({ messageId: z.string() }),
      status: 202,
      response: messageSchema,
      errors: ['TENANT_ERASING', 'MEDIA_NOT_MISSING'],
      handle: async ({ caller, params }) => {
        await mediaDownloads.retry(caller.tenant.id, params.messageId);
        return messages.get(caller.tenant.id, params.messageId);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/portal/tenant/current/media/:mediaId/content',
      summary: 'Bytes of a message, or the range of them that is asked for',
      auth: 'portal',
      params: z.object({ mediaId: z.string() }),
      headers: mediaContentHeadersSchema,
      mediaTypes: ['*'],
      response: z.never(),
      errors: ['RANGE_NOT_SATISFIABLE'],
      handle: ({ caller, params, headers }) => mediaReply(media, caller.tenant.id, params.mediaId, headers),
    }),
    defineRoute({
      method: 'GET',
      path: '/portal/tenant/current/outages',
      summary: 'Times in which nobody listened, and how many messages of them were found; newest first',
      auth: 'portal',
      query: listOutagesQuerySchema,
      response: pageOf(outageSchema),
      handle: ({ caller, query }) => outages.list(caller.tenant.id, query),
    }),
    defineRoute({
      method: 'GET',
      path: '/portal/tenant/current/events',
      summary: 'What happened, as data, newest first',
      auth: 'portal',
      query: listEventsQuerySchema,
      response: pageOf(tenantEventSchema),
      handle: ({ caller, query }) => events.page(caller.tenant.id, query),
    }),
    defineRoute({
      method: 'GET',
      path: '/portal/tenant/current/events/live',
      summary: 'Live events of the workspace, as server-sent events; goes on after Last-Event-ID',
      auth: 'portal',
      query: streamQuery,
      headers: streamHeaders,
      response: z.string(),
      mediaTypes: ['text/event-stream'],
      errors: ['UNAVAILABLE'],
      handle: (request) => streamReply(eventStreams, request.caller.tenant.id, request),
    }),
    defineRoute({
      method: 'POST',
      path: '/portal/tenant/current/worker/restart',
      summary: 'Restart the session; at most every 30 seconds',
      auth: 'portal',
      status: 202,
      response: tenantStatusViewSchema,
      errors: ['TENANT_ERASING', 'TOO_SOON'],
      handle: ({ caller }) => tenants.requestRestart(caller.tenant.id, caller.email, { isForced: false }),
    }),
    defineRoute({
      method: 'POST',
      path: '/portal/tenant/current/session/take-over',
      summary: 'Opened elsewhere: use it here; from every other state nothing changes',
      auth: 'portal',
      status: 202,
      response: tenantStatusViewSchema,
      errors: ['TENANT_ERASING'],
      handle: ({ caller }) => tenants.requestTakeOver(caller.tenant.id, caller.email),
    }),
    defineRoute({
      method: 'POST',
      path: '/portal/tenant/current/session/accept-number',
      summary: 'Another number was linked: it may stay; what was queued under the former one is cancelled',
      auth: 'portal',
      status: 202,
      response: tenantStatusViewSchema,
      errors: ['TENANT_ERASING'],
      handle: ({ caller }) => tenants.acceptNumber(caller.tenant.id, caller.email),
    }),
  ];
}
