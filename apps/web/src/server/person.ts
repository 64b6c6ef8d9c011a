import type { Me, SignedInPerson, SignInWays } from '@wafleet/contracts';
import { headers } from 'next/headers';
import { cache } from 'react';
import { config } from './config';
import { callControlPlane } from './control-plane';

/** The signed-in person. */
export type Person = SignedInPerson;

export type Visitor =
  | { kind: 'person'; person: Person }
  | { kind: 'stranger' }
  /** The control plane can't be asked. */
  | { kind: 'unknown' };

/** Who looks at this page; asked once per page. */
export const visitor = cache(async (): Promise<Visitor> => {
  const asked = await ourHeaders();
  if (!asked.has('cookie')) return { kind: 'stranger' };
  try {
    const answer = await callControlPlane('/me', { headers: asked });
    if (answer.status === 401) return { kind: 'stranger' };
    if (!answer.ok) return { kind: 'unknown' };
    return { kind: 'person', person: (await answer.json()) as Person };
  } catch {
    return { kind: 'unknown' };
  }
});

/** The name of a workspace that an operator looks at; null where it can't be looked at. */
export async function viewedName(tenantId: string): Promise<string | null> {
  const asked = await ourHeaders();
  asked.set('x-tenant-id', tenantId);
  try {
    const answer = await callControlPlane('/portal/me', { headers: asked });
    return answer.ok ? ((await answer.json()) as Me).tenant.name : null;
  } catch {
    return null;
  }
}

/** In which ways one can sign in; by password alone where that can't be asked. */
export async function signInWays(): Promise<SignInWays> {
  try {
    const answer = await callControlPlane('/sign-in/ways', { headers: await ourHeaders() });
    return answer.ok ? ((await answer.json()) as SignInWays) : { openId: null };
  } catch {
    return { openId: null };
  }
}

/** What a page of ours says to the control plane for the browser that asks for it. */
async function ourHeaders(): Promise<Headers> {
  const received = await headers();
  const ours = new Headers({ 'x-portal-key': config().PORTAL_KEY, accept: 'application/json' });
  for (const name of ['cookie', 'user-agent', 'x-forwarded-for']) {
    const value = received.get(name);
    if (value !== null) ours.set(name, value);
  }
  return ours;
}
