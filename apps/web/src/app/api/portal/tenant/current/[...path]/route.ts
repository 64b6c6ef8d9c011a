import { pathBelow, proxyTo } from '@/server/forward';

/** What a tenant's people may do; which tenant is the control plane's to know. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE } = proxyTo((parts) =>
  pathBelow('/portal/tenant/current', parts),
);
