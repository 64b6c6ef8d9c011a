import type { PortalRole, TenantId } from '@wafleet/contracts';
import type { KeyLimits } from '../users/key-limits';

/** Who sent a request, by the kind of authentication its route asks for. */
export interface Callers {
  none: null;
  admin: AdminCaller;
  portal: PortalCaller;
  v1: V1Caller;
}

export interface AdminCaller {
  keyId: string;
  /** False once the key is revoked; asked again by what outlives one request. */
  isStillAllowed: () => Promise<boolean>;
}

/** A person as asserted by the holder of a portal key, in the one workspace that the request is about. */
export interface PortalCaller {
  keyId: string;
  email: string;
  name: string | null;
  tenant: { id: TenantId; name: string; role: PortalRole };
  tenants: { id: TenantId; name: string; role: PortalRole }[];
  /** False once the key is revoked, or the workspace is no longer the person's. */
  isStillAllowed: () => Promise<boolean>;
}

/** A tenant's program. */
export interface V1Caller {
  keyId: string;
  /** The key's. */
  name: string;
  tenantId: TenantId;
  limits: KeyLimits;
  /** False once the key is revoked or has expired. */
  isStillAllowed: () => Promise<boolean>;
}
