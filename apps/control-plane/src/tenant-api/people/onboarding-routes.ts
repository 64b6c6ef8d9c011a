import {
  createdOnboardingLinkSchema,
  createOnboardingLinkSchema,
  onboardingLinkSchema,
} from '@wafleet/contracts';
import { z } from 'zod';
import { defineTenantRoute, type TenantRoute } from '../../http/routing/tenant-route';
import type { OnboardingLinks } from '../../onboarding/onboarding-links';

export interface OnboardingRouteServices {
  onboarding: Pick<OnboardingLinks, 'create' | 'read' | 'revoke'>;
}

export function onboardingRoutes({ onboarding }: OnboardingRouteServices): TenantRoute[] {
  const base = { path: '/onboarding-link', at: { admin: true } } as const;
  return [
    defineTenantRoute({
      ...base,
      method: 'POST',
      summary: 'Make a link by which somebody without an account links a phone; it is shown this once',
      body: createOnboardingLinkSchema,
      audited: ['hours'],
      status: 201,
      response: createdOnboardingLinkSchema,
      errors: ['TENANT_ERASING'],
      handle: ({ tenantId, body }) => onboarding.create(tenantId, body.hours),
    }),
    defineTenantRoute({
      ...base,
      method: 'GET',
      summary: 'What became of the newest link; never the link itself',
      response: onboardingLinkSchema,
      isSilentOnUnknown: true,
      handle: ({ tenantId }) => onboarding.read(tenantId),
    }),
    defineTenantRoute({
      ...base,
      method: 'DELETE',
      summary: 'Withdraw the link; repeats change nothing',
      status: 204,
      response: z.void(),
      isSilentOnUnknown: true,
      handle: ({ tenantId }) => onboarding.revoke(tenantId),
    }),
  ];
}
