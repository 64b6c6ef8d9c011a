import { randomBytes } from 'node:crypto';
import type { InvitedUser, InviteUser, Page, User } from '@wafleet/contracts';
import { caller } from '../demo/http';
import type { Access } from './access';

/** A person who can sign in from now on, by a password that is shown this once and kept nowhere. */
export interface LetIn {
  email: string;
  password: string;
}

/** The person can sign in. Null where somebody with the address can already: then nothing is changed. */
export async function letIn(access: Access, person: InviteUser, signal: AbortSignal): Promise<LetIn | null> {
  const { controlPlaneUrl, adminKey, portalKey } = access;
  const admin = caller(controlPlaneUrl, { authorization: `Bearer ${adminKey}` }, signal);
  const { email } = person;
  const { items } = await admin<Page<User>>('GET', `/admin/users?search=${encodeURIComponent(email)}`);
  if (items.some((known) => known.email === email && known.canSignIn)) return null;
  const { invitationUrl } = await admin<InvitedUser>('POST', '/admin/users', person);
  const token = invitationUrl?.split('/').at(-1);
  const password = randomBytes(12).toString('base64url');
  const web = caller(controlPlaneUrl, { 'x-portal-key': portalKey }, signal);
  await web('POST', '/invitations/accept', { token, name: person.name ?? email, password });
  return { email, password };
}

/** Whoever runs this installation; null where an ADMIN can sign in already. */
export async function letInFirstAdmin(
  access: Access,
  email: string,
  signal: AbortSignal,
): Promise<LetIn | null> {
  const authorization = { authorization: `Bearer ${access.adminKey}` };
  const admin = caller(access.controlPlaneUrl, authorization, signal);
  const { items } = await admin<Page<User>>('GET', '/admin/users?fleetRole=ADMIN&limit=200');
  if (items.some(({ canSignIn, isDisabled }) => canSignIn && !isDisabled)) return null;
  return letIn(access, { email, name: 'Admin', fleetRole: 'ADMIN' }, signal);
}
