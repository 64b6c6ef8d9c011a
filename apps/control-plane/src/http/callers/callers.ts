import type { PortalRole, TenantId } from '@wafleet/contracts';
import type { OpenLink } from '../../onboarding/onboarding-links';
import type { KeyLimits } from '../../users/key-limits';
import type { Person } from '../../users/members';

/** Who sent a request, by the kind of authentication its route asks for. */
export interface Callers {
  none: null;
  admin: AdminCaller;
  portal: PortalCaller;
  v1: V1Caller;
  web: WebCaller;
  person: PersonCaller;
  link: LinkCaller;
}

/** What is known of every caller. */
interface Known {
  /** Null where nobody but the web app is known. */
  actor: Actor | null;
  /** The key that let it in; a signed-in person's is that of the web app. */
  keyId: string;
  /** The address it came from, as far as it is known. */
  from: string | null;
}

/** Who acts: a person, an operator's or a program's key, or a browser with an onboarding link. */
export interface Actor {
  kind: 'person' | 'admin_key' | 'tenant_key' | 'link';
  id: string;
  /** The person's e-mail address, or the name of the key. */
  label: string;
}

/** An operator: by a key, or a signed-in person with a role in the fleet. */
export interface AdminCaller extends Known {
  actor: Actor;
  /** False once the key is revoked, or the sign-in or the role is gone; asked again by what outlives one request. */
  isStillAllowed: () => Promise<boolean>;
}

/** A person in the one workspace that the request is about: asserted by the holder of a portal key, or signed in. */
export interface PortalCaller extends Known {
  actor: Actor;
  email: string;
  name: string | null;
  /** Without a role: an operator who looks at the workspace, and may change nothing. */
  tenant: { id: TenantId; name: string; role: PortalRole | null };
  tenants: { id: TenantId; name: string; role: PortalRole }[];
  /** False once the key is revoked, the sign-in ended, or the workspace is no longer the person's. */
  isStillAllowed: () => Promise<boolean>;
}

/** A tenant's program. */
export interface V1Caller extends Known {
  actor: Actor;
  /** The key's. */
  name: string;
  tenantId: TenantId;
  limits: KeyLimits;
  /** False once the key is revoked or has expired. */
  isStillAllowed: () => Promise<boolean>;
}

/** Somebody who reaches us through the web app and need not be signed in. */
export interface WebCaller extends Known {
  actor: null;
}

/** A browser in which an onboarding link was opened. */
export interface LinkCaller extends Known, OpenLink {
  actor: Actor;
  /** False once the link has ended. */
  isStillAllowed: () => Promise<boolean>;
}

/** A signed-in person. */
export interface PersonCaller extends Known {
  actor: Actor;
  person: Person;
  signInId: string;
}
