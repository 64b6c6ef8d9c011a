import {
  idempotencyKeySchema,
  listMessagesQuerySchema,
  messageSchema,
  pageOf,
  resolveMessageSchema,
  sendMessageSchema,
  setChatStateSchema,
} from '@wafleet/contracts';
import { z } from 'zod';
import { ofChat, ofMessage, ofTenant } from '../http/parameters';
import { defineRoute, type Route } from '../http/route';
import type { MediaDownloads } from '../media/downloads/media-downloads';
import type { ChatVerbs } from '../messages/chat-verbs';
import type { MessageService } from '../messages/message-service';
import type { TenantService } from '../tenants/tenant-service';
import { operator } from './operator';

export interface MessageRouteServices {
  tenants: Pick<TenantService, 'mustExist'>;
  messages: MessageService;
  mediaDownloads: Pick<MediaDownloads, 'retry'>;
  chats: ChatVerbs;
}

export function messageRoutes({ tenants, messages, mediaDownloads, chats }: MessageRouteServices): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/admin/tenants/:tenantId/messages',
      summary: 'Take a message, or what is said of one, for sending; it is sent in the order of its chat',
      auth: 'admin',
      params: ofTenant,
      headers: z.object({ 'idempotency-key': idempotencyKeySchema.optional() }),
      body: sendMessageSchema,
      status: 202,
      response: messageSchema,
      errors: [
        'TENANT_ERASING',
        'NOT_RUNNING',
        'NEEDS_PERSON',
        'TARGET_NOT_SENT',
        'MEDIA_NOT_FETCHED',
        'STORAGE_FULL',
        'CONFLICT',
        'IDEMPOTENCY_MISMATCH',
        'QUEUE_FULL',
      ],
      handle: ({ params, headers, body }) => messages.send(params.tenantId, body, headers['idempotency-key']),
    }),
    defineRoute({
      method: 'GET',
      path: '/admin/tenants/:tenantId/messages',
      summary: 'Messages in both directions, newest first',
      auth: 'admin',
      params: ofTenant,
      query: listMessagesQuerySchema,
      response: pageOf(messageSchema),
      handle: async ({ params, query }) => {
        await tenants.mustExist(params.tenantId);
        return messages.list(params.tenantId, query);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/admin/tenants/:tenantId/messages/:messageId',
      summary: 'One message',
      auth: 'admin',
      params: ofMessage,
      response: messageSchema,
      handle: ({ params }) => messages.get(params.tenantId, params.messageId),
    }),
    defineRoute({
      method: 'POST',
      path: '/admin/tenants/:tenantId/messages/:messageId/cancel',
      summary: 'Take back a message that still waits; repeats change nothing',
      auth: 'admin',
      params: ofMessage,
      response: messageSchema,
      errors: ['NOT_CANCELLABLE'],
      handle: ({ params }) => messages.cancel(params.tenantId, params.messageId),
    }),
    defineRoute({
      method: 'POST',
      path: '/admin/tenants/:tenantId/messages/:messageId/resolve',
      summary: 'Say what became of an UNCERTAIN message, or have it sent again under the same id',
      auth: 'admin',
      params: ofMessage,
      body: resolveMessageSchema,
      response: messageSchema,
      errors: ['NOT_UNCERTAIN'],
      handle: ({ params, body }) => messages.resolve(params.tenantId, params.messageId, body, operator),
    }),
    defineRoute({
      method: 'POST',
      path: '/admin/tenants/:tenantId/messages/:messageId/media/retry',
      summary: 'Fetch the media of a message that came anew; what waits is due at once',
      auth: 'admin',
      params: ofMessage,
      status: 202,
      response: messageSchema,
      errors: ['TENANT_ERASING', 'MEDIA_NOT_MISSING'],
      handle: async ({ params }) => {
        await mediaDownloads.retry(params.tenantId, params.messageId);
        return messages.get(params.tenantId, params.messageId);
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/admin/tenants/:tenantId/chats/:chatId/typing',
      summary: 'Show for some seconds that we write, speak, or paused; best effort',
      auth: 'admin',
      params: ofChat,
      body: setChatStateSchema,
      status: 204,
      response: z.void(),
      errors: ['TENANT_ERASING', 'NOT_RUNNING', 'NEEDS_PERSON', 'WORKER_TIMEOUT'],
      handle: ({ params, body }) => chats.showState(params.tenantId, params.chatId, body.state),
    }),
    defineRoute({
      method: 'POST',
      path: '/admin/tenants/:tenantId/chats/:chatId/seen',
      summary: 'Tell the other side that its messages were read; best effort',
      auth: 'admin',
      params: ofChat,
      status: 204,
      response: z.void(),
      errors: ['TENANT_ERASING', 'NOT_RUNNING', 'NEEDS_PERSON', 'WORKER_TIMEOUT'],
      handle: ({ params }) => chats.markSeen(params.tenantId, params.chatId),
    }),
  ];
}
