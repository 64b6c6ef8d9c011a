import {
  AppError,
  bulkResultSchema,
  countMessagesQuerySchema,
  idempotencyKeySchema,
  listMessagesQuerySchema,
  messageCountsSchema,
  messageSchema,
  pageOf,
  resolveMessageSchema,
  sendBulkSchema,
  sendMessageSchema,
  setChatStateSchema,
} from '@wafleet/contracts';
import { z } from 'zod';
import { shownTo, withoutTexts } from '../../messages/reading/without-texts';
import { ofChat, ofMessage } from '../../http/input/parameters';
import { defineTenantRoute, type TenantRoute } from '../../http/routing/tenant-route';
import type { MediaDownloads } from '../../media/downloads/media-downloads';
import type { ChatVerbs } from '../../messages/chat-verbs';
import type { MessageService } from '../../messages/message-service';

export interface MessageRouteServices {
  messages: MessageService;
  mediaDownloads: Pick<MediaDownloads, 'retry'>;
  chats: ChatVerbs;
}

const noSearch =
  'An operator who is signed in searches no texts; POST …/messages/:messageId/reveal shows one.';

export function messageRoutes({ messages, mediaDownloads, chats }: MessageRouteServices): TenantRoute[] {
  return [
    defineTenantRoute({
      method: 'POST',
      path: '/messages',
      at: { admin: true, portal: true, v1: 'send' },
      summary: 'Take a message, or what is said of one, for sending; it is sent in the order of its chat',
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
      handle: ({ tenantId, headers, body }) => messages.send(tenantId, body, headers['idempotency-key']),
    }),
    defineTenantRoute({
      method: 'POST',
      path: '/messages/bulk',
      at: { admin: true, v1: 'send' },
      summary: 'Take up to 100 messages for sending, each with a result of its own',
      headers: z.object({ 'idempotency-key': idempotencyKeySchema.optional() }),
      body: sendBulkSchema,
      response: bulkResultSchema,
      isSilentOnUnknown: true,
      handle: ({ tenantId, headers, body }) => messages.sendBulk(tenantId, body, headers['idempotency-key']),
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/messages',
      at: { admin: true, portal: true, v1: 'read' },
      summary: 'Messages in both directions, newest first',
      query: listMessagesQuerySchema,
      response: pageOf(messageSchema),
      isSilentOnUnknown: true,
      handle: async ({ tenantId, query, readsTexts }) => {
        if (readsTexts) return messages.list(tenantId, query);
        if (query.q !== undefined) throw new AppError('FORBIDDEN', { detail: noSearch });
        const page = await messages.list(tenantId, query);
        return { ...page, items: page.items.map(withoutTexts) };
      },
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/messages/counts',
      at: { admin: true, portal: true, v1: 'read' },
      summary: 'How many messages were received and sent in a time',
      query: countMessagesQuerySchema,
      response: messageCountsSchema,
      isSilentOnUnknown: true,
      handle: ({ tenantId, query }) => messages.count(tenantId, query),
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/messages/:messageId',
      at: { admin: true, portal: true, v1: 'read' },
      summary: 'One message',
      params: ofMessage,
      response: messageSchema,
      handle: async ({ tenantId, params, readsTexts }) =>
        shownTo(readsTexts, await messages.get(tenantId, params.messageId)),
    }),
    defineTenantRoute({
      method: 'POST',
      path: '/messages/:messageId/reveal',
      at: { admin: true },
      summary: 'One message with what it says; who reads it is in the audit log',
      params: ofMessage,
      response: messageSchema,
      handle: ({ tenantId, params }) => messages.get(tenantId, params.messageId),
    }),
    defineTenantRoute({
      method: 'POST',
      path: '/messages/:messageId/cancel',
      at: { admin: true, portal: true, v1: 'send' },
      summary: 'Take back a message that still waits; repeats change nothing',
      params: ofMessage,
      response: messageSchema,
      errors: ['NOT_CANCELLABLE'],
      handle: async ({ tenantId, params, readsTexts }) =>
        shownTo(readsTexts, await messages.cancel(tenantId, params.messageId)),
    }),
    defineTenantRoute({
      method: 'POST',
      path: '/messages/:messageId/resolve',
      at: { admin: true, portal: true, v1: 'send' },
      summary: 'Say what became of an UNCERTAIN message, or have it sent again under the same id',
      params: ofMessage,
      body: resolveMessageSchema,
      response: messageSchema,
      errors: ['NOT_UNCERTAIN'],
      handle: async ({ tenantId, by, params, body, readsTexts }) =>
        shownTo(readsTexts, await messages.resolve(tenantId, params.messageId, body, by)),
    }),
    defineTenantRoute({
      method: 'POST',
      path: '/messages/:messageId/media/retry',
      at: { admin: true, portal: true, v1: 'send' },
      summary: 'Fetch the media of a message that came anew; what waits is due at once',
      params: ofMessage,
      status: 202,
      response: messageSchema,
      errors: ['TENANT_ERASING', 'MEDIA_NOT_MISSING'],
      handle: async ({ tenantId, params, readsTexts }) => {
        await mediaDownloads.retry(tenantId, params.messageId);
        return shownTo(readsTexts, await messages.get(tenantId, params.messageId));
      },
    }),
    defineTenantRoute({
      method: 'POST',
      path: '/chats/:chatId/typing',
      at: { admin: true, v1: 'send' },
      summary: 'Show for some seconds that we write, speak, or paused; best effort',
      params: ofChat,
      body: setChatStateSchema,
      status: 204,
      response: z.void(),
      errors: ['TENANT_ERASING', 'NOT_RUNNING', 'NEEDS_PERSON', 'WORKER_TIMEOUT'],
      handle: ({ tenantId, params, body }) => chats.showState(tenantId, params.chatId, body.state),
    }),
    defineTenantRoute({
      method: 'POST',
      path: '/chats/:chatId/seen',
      at: { admin: true, v1: 'send' },
      summary: 'Tell the other side that its messages were read; best effort',
      params: ofChat,
      status: 204,
      response: z.void(),
      errors: ['TENANT_ERASING', 'NOT_RUNNING', 'NEEDS_PERSON', 'WORKER_TIMEOUT'],
      handle: ({ tenantId, params }) => chats.markSeen(tenantId, params.chatId),
    }),
  ];
}
