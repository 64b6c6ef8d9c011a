import {
  contactErasureSchema,
  retentionSchema,
  updateRetentionSchema,
  type ContactErasure,
  type TenantId,
} from '@wafleet/contracts';
import { ofContact } from '../http/input/parameters';
import { defineTenantRoute, type TenantRoute } from '../http/routing/tenant-route';
import type { RetentionService } from '../privacy/retention';
import type { Actor } from '../tenants/changes/request-run';

export interface PrivacyRouteServices {
  retention: RetentionService;
  /** @throws AppError NOT_FOUND, TENANT_ERASING */
  eraseContact: (tenantId: TenantId, contact: string, by: Actor) => Promise<ContactErasure>;
}

export function privacyRoutes({ retention, eraseContact }: PrivacyRouteServices): TenantRoute[] {
  return [
    defineTenantRoute({
      method: 'GET',
      path: '/retention',
      at: { admin: true, portal: true, v1: 'read' },
      summary: 'For how many days the tenant’s data are kept',
      response: retentionSchema,
      handle: ({ tenantId }) => retention.get(tenantId),
    }),
    defineTenantRoute({
      method: 'PATCH',
      path: '/retention',
      at: { admin: true, portal: 'OWNER', v1: 'manage' },
      summary: 'Change for how many days they are kept; null: as the installation says',
      body: updateRetentionSchema,
      response: retentionSchema,
      errors: ['TENANT_ERASING'],
      handle: ({ tenantId, by, body }) => retention.update(tenantId, body, by),
    }),
    defineTenantRoute({
      method: 'POST',
      path: '/contacts/:contactId/erase',
      at: { admin: true, v1: 'manage' },
      summary: 'Erase what is kept of one contact here; its chat on the phone is not touched',
      params: ofContact,
      response: contactErasureSchema,
      errors: ['TENANT_ERASING'],
      handle: ({ tenantId, by, params }) => eraseContact(tenantId, params.contactId, by),
    }),
  ];
}
