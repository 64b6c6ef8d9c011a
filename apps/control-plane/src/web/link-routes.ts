import {
  linkPairingCodeSchema,
  openedLinkSchema,
  openLinkSchema,
  pairingCodeViewSchema,
  qrViewSchema,
  tenantStatusViewSchema,
} from '@wafleet/contracts';
import { z } from 'zod';
import type { LinkCaller } from '../http/callers/callers';
import { linkCookie } from '../http/callers/link-door';
import { qrPicture, qrReply } from '../http/replies/qr-reply';
import { defineRoute, MediaReply, type Route } from '../http/routing/route';
import type { EventStreams } from '../live/event-streams';
import { streamHeaders, streamQuery, streamReply } from '../live/stream-route';
import { ended, type OnboardingLinks, type OpenLink } from '../onboarding/onboarding-links';
import type { SessionService } from '../sessions/session-service';
import type { SignIn } from '../sign-in/sign-in';
import { guessAt, type Tries } from '../sign-in/tries';
import type { TenantService } from '../tenants/tenant-service';

export interface LinkRouteServices {
  onboarding: OnboardingLinks;
  signIn: Pick<SignIn, 'config'>;
  sessions: SessionService;
  tenants: Pick<TenantService, 'statusView' | 'requestStart'>;
  eventStreams: EventStreams;
}

/** Each asks WhatsApp for something; several are a person who mistyped, more are not. */
const codeLimit = { size: 5, perTokenMs: 60_000 };
const by = 'onboarding link';

/** For who has an onboarding link: the code of its tenant, how far the phone is, and nothing else. */
export function linkRoutes(services: LinkRouteServices, tries: Tries): Route[] {
  const { onboarding, signIn, sessions, tenants, eventStreams } = services;

  const view = async ({ tenantId, tenantName, expiresAt, isDone }: OpenLink) => ({
    tenantName,
    expiresAt: expiresAt.toISOString(),
    isDone,
    status: await tenants.statusView(tenantId),
  });
  /** The same person asks too often, by whatever address. */
  const askOnce = ({ linkId }: LinkCaller) => tries.take([{ what: `code ${linkId}`, limit: codeLimit }]);

  return [
    defineRoute({
      method: 'POST',
      path: '/link/open',
      summary: 'Bind an onboarding link to this browser, by a cookie; uses nothing up',
      auth: 'web',
      body: openLinkSchema,
      response: openedLinkSchema,
      errors: ['NOT_FOUND', 'LINK_ENDED', 'TOO_MANY_TRIES'],
      handle: async ({ body, caller, attribute }) => {
        const { cookie, ...link } = await guessAt(tries, caller.from, () => onboarding.open(body.token));
        attribute({ kind: 'link', id: link.linkId, label: by }, link.tenantId);
        const headers = { 'set-cookie': linkCookie(cookie, link.expiresAt, signIn.config.publicUrl) };
        return new MediaReply('application/json; charset=utf-8', JSON.stringify(await view(link)), headers);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/link/current',
      summary: 'Whose phone is to be linked by the link of this browser, and how far that is',
      auth: 'link',
      response: openedLinkSchema,
      handle: ({ caller }) => view(caller),
    }),
    defineRoute({
      method: 'GET',
      path: '/link/current/qr',
      summary: 'The code to scan: as data, or as a picture',
      auth: 'link',
      query: z.strictObject({ format: z.enum(['svg']).optional() }),
      response: qrViewSchema,
      mediaTypes: ['application/json', 'image/svg+xml'],
      errors: ['NO_QR'],
      handle: async ({ caller, query, mediaType }) => {
        mustNotBeDone(caller);
        const facts = await sessions.qr(caller.tenantId);
        const isPicture = query.format === 'svg' || mediaType === 'image/svg+xml';
        return isPicture ? qrPicture(facts) : qrReply(facts, 'application/json');
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/link/current/pairing-code',
      summary: 'A code to type on the phone instead of scanning',
      auth: 'link',
      body: linkPairingCodeSchema,
      response: pairingCodeViewSchema,
      errors: [
        'TOO_MANY_TRIES',
        'TENANT_ERASING',
        'NEEDS_PERSON',
        'NOT_RUNNING',
        'NOT_WAITING_FOR_LINK',
        'WORKER_TIMEOUT',
        'UNAVAILABLE',
      ],
      handle: ({ caller, body }) => {
        mustNotBeDone(caller);
        askOnce(caller);
        return sessions.requestPairingCode(caller.tenantId, body.phone);
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/link/current/start',
      summary: 'Want the session running, and a fresh code; repeats change nothing',
      auth: 'link',
      status: 202,
      response: tenantStatusViewSchema,
      errors: ['TOO_MANY_TRIES', 'TENANT_ERASING'],
      handle: ({ caller }) => {
        mustNotBeDone(caller);
        askOnce(caller);
        return tenants.requestStart(caller.tenantId, by);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/link/current/events/live',
      summary: 'When code or status change, as server-sent events',
      auth: 'link',
      query: streamQuery,
      headers: streamHeaders,
      response: z.string(),
      mediaTypes: ['text/event-stream'],
      errors: ['UNAVAILABLE'],
      handle: ({ caller, query, headers }) =>
        streamReply(eventStreams, caller.tenantId, {
          query,
          headers,
          isStillAllowed: caller.isStillAllowed,
          only: ['tenant.status', 'session.state', 'session.qr'],
        }),
    }),
  ];
}

/** Whoever linked the phone sees that it is done; another phone is not linked by it. @throws AppError LINK_ENDED */
function mustNotBeDone({ isDone }: OpenLink): void {
  if (isDone) throw ended('used');
}
