import {
  chatSchema,
  contactDetailSchema,
  contactSchema,
  listChatsQuerySchema,
  listHistoryQuerySchema,
  numberSchema,
  pageOf,
  pastMessageSchema,
  setBlockedSchema,
  setPictureSchema,
  setPinnedSchema,
  setStarredSchema,
  updateChatSchema,
  updateProfileSchema,
} from '@wafleet/contracts';
import { z } from 'zod';
import type { ChatActs } from '../../chats/chat-acts';
import type { ChatDirectory } from '../../chats/chat-directory';
import type { ChatHistory } from '../../chats/chat-history';
import { ofChat, ofContact, ofMessage, ofNumber } from '../../http/input/parameters';
import type { Route } from '../../http/routing/route';
import { defineTenantRoute, type TenantRoute } from '../../http/routing/tenant-route';

export interface ChatRouteServices {
  chatDirectory: ChatDirectory;
  chatActs: ChatActs;
  chatHistory: ChatHistory;
}

/** What is asked of a connected page may be refused with these. */
export const pageErrors = [
  'NOT_FOUND',
  'TENANT_ERASING',
  'NOT_RUNNING',
  'NEEDS_PERSON',
  'WORKER_TIMEOUT',
  'UNAVAILABLE',
  'CAPABILITY_MISSING',
  'NOT_ALLOWED_BY_WHATSAPP',
] as const satisfies Route['errors'];

export function chatRoutes({ chatDirectory, chatActs, chatHistory }: ChatRouteServices): TenantRoute[] {
  const read = { admin: true, portal: true, v1: 'read' } as const;
  const act = { admin: true, portal: true, v1: 'send' } as const;
  return [
    defineTenantRoute({
      method: 'GET',
      path: '/chats',
      at: read,
      summary: 'Chats as the connected page knows them, the newest first',
      query: listChatsQuerySchema,
      response: pageOf(chatSchema),
      errors: pageErrors,
      handle: ({ tenantId, query }) => chatDirectory.chats(tenantId, query),
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/chats/:chatId/history',
      // Not for operators: it is what people wrote.
      at: { portal: true, v1: 'read' },
      summary:
        'A chat’s messages as the connected page has or fetches them, stored here or not, the newest first',
      params: ofChat,
      query: listHistoryQuerySchema,
      response: pageOf(pastMessageSchema),
      errors: pageErrors,
      handle: ({ tenantId, params, query }) => chatHistory.list(tenantId, params.chatId, query),
    }),
    defineTenantRoute({
      method: 'PATCH',
      path: '/chats/:chatId',
      at: act,
      summary: 'Archive, pin, mute or mark a chat as unread, or take that back; repeats change nothing',
      params: ofChat,
      body: updateChatSchema,
      response: chatSchema,
      errors: pageErrors,
      handle: ({ tenantId, params, body }) => chatActs.update(tenantId, params.chatId, body),
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/contacts',
      at: read,
      summary: 'People whom the connected page knows, by their ids',
      query: listChatsQuerySchema,
      response: pageOf(contactSchema),
      errors: pageErrors,
      handle: ({ tenantId, query }) => chatDirectory.contacts(tenantId, query),
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/contacts/:contactId',
      at: read,
      summary: 'One person, with about and picture where they are shown',
      params: ofContact,
      response: contactDetailSchema,
      errors: pageErrors,
      handle: ({ tenantId, params }) => chatDirectory.contact(tenantId, params.contactId),
    }),
    defineTenantRoute({
      method: 'PUT',
      path: '/contacts/:contactId/blocked',
      at: act,
      summary: 'Block a person, or no longer; repeats change nothing',
      params: ofContact,
      body: setBlockedSchema,
      status: 204,
      response: z.void(),
      errors: pageErrors,
      handle: ({ tenantId, params, body }) => chatActs.block(tenantId, params.contactId, body.isBlocked),
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/numbers/:phoneNumber',
      at: read,
      summary: 'Whether a phone number is on WhatsApp',
      params: ofNumber,
      response: numberSchema,
      errors: pageErrors,
      handle: ({ tenantId, params }) => chatDirectory.number(tenantId, params.phoneNumber),
    }),
    defineTenantRoute({
      method: 'PUT',
      path: '/messages/:messageId/starred',
      at: act,
      summary: 'Star a message, or no longer; repeats change nothing',
      params: ofMessage,
      body: setStarredSchema,
      status: 204,
      response: z.void(),
      errors: [...pageErrors, 'TARGET_NOT_SENT'],
      handle: ({ tenantId, params, body }) => chatActs.star(tenantId, params.messageId, body.isStarred),
    }),
    defineTenantRoute({
      method: 'PUT',
      path: '/messages/:messageId/pinned',
      at: act,
      summary: 'Pin a message at the top of its chat, or no longer; repeats change nothing',
      params: ofMessage,
      body: setPinnedSchema,
      status: 204,
      response: z.void(),
      errors: [...pageErrors, 'TARGET_NOT_SENT'],
      handle: ({ tenantId, params, body }) => chatActs.pin(tenantId, params.messageId, body.forHours),
    }),
    defineTenantRoute({
      method: 'PATCH',
      path: '/profile',
      at: { admin: true, portal: 'OWNER', v1: 'manage' },
      summary: 'Change the name or the about text of the account itself',
      body: updateProfileSchema,
      status: 204,
      response: z.void(),
      errors: pageErrors,
      handle: ({ tenantId, body }) => chatActs.updateProfile(tenantId, body),
    }),
    defineTenantRoute({
      method: 'PUT',
      path: '/profile/picture',
      at: { admin: true, portal: 'OWNER', v1: 'manage' },
      summary: 'Set the picture of the account itself, or remove it; repeats change nothing',
      body: setPictureSchema,
      status: 204,
      response: z.void(),
      errors: pageErrors,
      handle: ({ tenantId, body }) => chatActs.setPicture(tenantId, body.mediaId),
    }),
  ];
}
