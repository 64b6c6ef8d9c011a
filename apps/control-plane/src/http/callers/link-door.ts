import { AppError } from '@wafleet/contracts';
import type { OnboardingLinks } from '../../onboarding/onboarding-links';
import type { SignIn } from '../../sign-in/sign-in';
import type { Asking } from './authenticate';
import type { LinkCaller } from './callers';
import { type CookieDoor, requireOrigin } from './cookie-door';
import { changes } from './credentials';

const cookieName = 'wafleet_link';

/** The door of a browser in which an onboarding link was opened. Rejects with AppError UNAUTHORIZED, ORIGIN_NOT_ALLOWED, LINK_ENDED. */
export function createLinkDoor(deps: {
  door: Pick<CookieDoor, 'web'>;
  onboarding: Pick<OnboardingLinks, 'bound'>;
  signIn: Pick<SignIn, 'config'>;
}) {
  const { door, onboarding, signIn } = deps;

  return async (request: Asking): Promise<LinkCaller> => {
    const { keyId, from } = await door.web(request);
    const cookie = linkCookieOf(request.headers.cookie);
    const link = cookie === null ? null : await onboarding.bound(cookie);
    if (cookie === null || link === null)
      throw new AppError('UNAUTHORIZED', { detail: 'Open a link first.' });
    const actor = { kind: 'link', id: link.linkId, label: 'onboarding link' } as const;
    request.met({ actor, from, tenantId: link.tenantId });
    if (changes(request.method)) requireOrigin(signIn.config, request.headers);
    return { ...link, actor, keyId, from, isStillAllowed };

    async function isStillAllowed(): Promise<boolean> {
      return (await onboarding.bound(cookie as string).catch(endedIsNull)) !== null;
    }
  };
}

/** What a browser is told to keep: out of reach of scripts and of other sites, for as long as the link holds. */
export function linkCookie(value: string, expiresAt: Date, publicUrl: string): string {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
  return `${cookieName}=${value}; Path=/; Expires=${expiresAt.toUTCString()}; HttpOnly; SameSite=Strict${secure}`;
}

function linkCookieOf(header = ''): string | null {
  return /(?:^|;\s*)wafleet_link=([\w.-]{1,200})(?:;|$)/.exec(header)?.[1] ?? null;
}

function endedIsNull(error: unknown): null {
  if (error instanceof AppError && error.code === 'LINK_ENDED') return null;
  throw error;
}
