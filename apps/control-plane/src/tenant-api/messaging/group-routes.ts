import {
  changedParticipantsSchema,
  changeParticipantsSchema,
  createdGroupSchema,
  createGroupSchema,
  groupInviteSchema,
  groupSchema,
  idempotencyKeySchema,
  updateGroupSchema,
} from '@wafleet/contracts';
import { z } from 'zod';
import type { Groups } from '../../chats/groups';
import { ofGroup } from '../../http/input/parameters';
import { defineTenantRoute, type TenantRoute } from '../../http/routing/tenant-route';
import { pageErrors } from './chat-routes';

export interface GroupRouteServices {
  groups: Groups;
}

export function groupRoutes({ groups }: GroupRouteServices): TenantRoute[] {
  const at = { admin: true, v1: 'send' } as const;
  return [
    defineTenantRoute({
      method: 'POST',
      path: '/groups',
      at,
      summary: 'Make a group; who can not be added is told, and nobody is invited by a message',
      headers: z.object({ 'idempotency-key': idempotencyKeySchema.optional() }),
      body: createGroupSchema,
      status: 201,
      response: createdGroupSchema,
      errors: pageErrors,
      handle: ({ tenantId, headers, body }) => groups.create(tenantId, body, headers['idempotency-key']),
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/groups/:groupId',
      at: { admin: true, portal: true, v1: 'read' },
      summary: 'A group with its members and settings',
      params: ofGroup,
      response: groupSchema,
      errors: pageErrors,
      handle: ({ tenantId, params }) => groups.get(tenantId, params.groupId),
    }),
    defineTenantRoute({
      method: 'PATCH',
      path: '/groups/:groupId',
      at,
      summary: 'Change subject, description or settings of a group',
      params: ofGroup,
      body: updateGroupSchema,
      response: groupSchema,
      errors: pageErrors,
      handle: ({ tenantId, params, body }) => groups.update(tenantId, params.groupId, body),
    }),
    defineTenantRoute({
      method: 'POST',
      path: '/groups/:groupId/participants',
      at,
      summary: 'Add or remove members, make them admins or no longer; a result for each',
      params: ofGroup,
      body: changeParticipantsSchema,
      response: changedParticipantsSchema,
      errors: pageErrors,
      handle: ({ tenantId, params, body }) => groups.changeParticipants(tenantId, params.groupId, body),
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/groups/:groupId/invite',
      at,
      summary: 'The link by which one joins a group',
      params: ofGroup,
      response: groupInviteSchema,
      errors: pageErrors,
      handle: ({ tenantId, params }) => groups.invite(tenantId, params.groupId),
    }),
    defineTenantRoute({
      method: 'POST',
      path: '/groups/:groupId/invite/revoke',
      at,
      summary: 'Make that link void; the answer is the new one',
      params: ofGroup,
      response: groupInviteSchema,
      errors: pageErrors,
      handle: ({ tenantId, params }) => groups.revokeInvite(tenantId, params.groupId),
    }),
    defineTenantRoute({
      method: 'POST',
      path: '/groups/:groupId/leave',
      at,
      summary: 'Leave a group',
      params: ofGroup,
      status: 204,
      response: z.void(),
      errors: pageErrors,
      handle: ({ tenantId, params }) => groups.leave(tenantId, params.groupId),
    }),
  ];
}
