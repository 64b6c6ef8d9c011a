import {
  idempotencyKeySchema,
  listMessagesQuerySchema,
  messageSchema,
  pageOf,
  sendMessageSchema,
} from '@wafleet/contracts';
import { z } from 'zod';
import { ofMessage, ofTenant } from '../http/parameters';
import { defineRoute, type Route } from '../http/route';
import type { MessageService } from '../messages/message-service';
import type { TenantService } from '../tenants/tenant-service';

export interface MessageRouteServices {
  tenants: Pick<TenantService, 'mustExist'>;
  messages: MessageService;
}

export function messageRoutes({ tenants, messages }: MessageRouteServices): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/admin/tenants/:tenantId/messages',
      summary: 'Take a message for sending; it is sent in the order of its chat',
      auth: 'admin',
      params: ofTenant,
      headers: z.object({ 'idempotency-key': idempotencyKeySchema.optional() }),
      body: sendMessageSchema,
      status: 202,
      response: messageSchema,
      errors: ['TENANT_ERASING', 'NOT_RUNNING', 'NEEDS_PERSON', 'IDEMPOTENCY_MISMATCH', 'QUEUE_FULL'],
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
  ];
}
