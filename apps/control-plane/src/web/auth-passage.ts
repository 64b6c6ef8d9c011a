import { AppError, emailSchema } from '@wafleet/contracts';
import type { Request as ExpressRequest, Response as ExpressResponse } from 'express';
import type { Deed } from '../audit/audit-log';
import { requireOrigin } from '../http/callers/cookie-door';
import { single } from '../http/callers/credentials';
import { exchangeOf } from '../http/exchange';
import { readJsonBody } from '../http/input/json-body';
import type { Passage } from '../http/passage';
import { authPath, openIdProvider } from '../sign-in/sign-in-config';
import type { SignedIn, SignIn } from '../sign-in/sign-in';
import type { Tries, TryLimit } from '../sign-in/tries';

/** What of better-auth people have; the rest of it answers nobody. */
const offered = new Set([
  'POST /sign-in/email',
  'POST /sign-in/social',
  `GET /callback/${openIdProvider}`,
  'POST /sign-out',
  'GET /get-session',
  'GET /list-sessions',
  'POST /revoke-session',
  'POST /revoke-sessions',
  'POST /revoke-other-sessions',
  'POST /change-password',
]);

/** Where a password is tried. */
const guarded = new Set(['/sign-in/email', '/change-password']);
const perEmail: TryLimit = { size: 8, perTokenMs: 15_000 };
const perAddress: TryLimit = { size: 30, perTokenMs: 10_000 };

/** better-auth, as the web app passes it on: with our limits on what comes in, its own answers. */
export function authPassage({ signIn, tries }: { signIn: SignIn; tries: Tries }): Passage {
  return {
    path: authPath,
    summary: 'Sign in, sign out, and what belongs to it',
    auth: 'web',

    async serve(request, response, { from }) {
      const path = request.path.slice(authPath.length);
      const method = request.method === 'HEAD' ? 'GET' : request.method;
      if (!offered.has(`${method} ${path}`)) throw new AppError('NOT_FOUND');
      const isChange = method === 'POST';
      if (isChange) requireOrigin(signIn.config, request.headers);
      const body = isChange ? ((await readJsonBody(request, response)) ?? {}) : undefined;
      const exchange = exchangeOf(response);
      const before = isChange ? await signIn.signedIn(request.headers.cookie) : null;
      exchange.met = { actor: actorOf(before, body), from };
      exchange.detail = { step: path };
      const taken = guarded.has(path) ? tries.take(triesOf(body, from)) : null;
      const answer = await signIn.answer(asked(request, method, body, from, signIn.config.publicUrl));
      if (answer.status >= 500)
        throw new AppError('UNAVAILABLE', { detail: 'Sign-in is unavailable.', retryAfterSeconds: 5 });
      if (answer.ok) taken?.giveBack();
      const cookies = answer.headers.getSetCookie();
      const after = await signIn.signedIn(cookies.map((cookie) => cookie.split(';')[0]).join('; '));
      if (after !== null) {
        exchange.met = { actor: actorOf(after, body), from };
        // By single sign-on the browser comes in with a GET.
        exchange.isDeed = true;
      }
      await passOn(answer, response);
    },
  };
}

/** Until somebody is signed in, it is whoever has written this address. */
function actorOf(signedIn: SignedIn | null, body: unknown): Deed['actor'] {
  if (signedIn !== null) return { kind: 'person', id: signedIn.person.id, label: signedIn.person.email };
  const email = emailSchema.safeParse((body as { email?: unknown } | undefined)?.email);
  return { kind: 'unknown', id: '', label: email.data ?? '' };
}

/** A wrong password counts for the address it came from and for the person that it would have opened. */
function triesOf(body: unknown, from: string | null): Parameters<Tries['take']>[0] {
  const email = emailSchema.safeParse((body as { email?: unknown }).email);
  return [
    { what: `address ${from ?? 'unknown'}`, limit: perAddress },
    ...(email.success ? [{ what: `email ${email.data}`, limit: perEmail }] : []),
  ];
}

const passedHeaders = ['cookie', 'origin', 'user-agent', 'accept'];

function asked(
  request: ExpressRequest,
  method: string,
  body: unknown,
  from: string | null,
  publicUrl: string,
): Request {
  const headers = new Headers();
  for (const name of passedHeaders) {
    const value = single(request.headers[name]);
    if (value !== undefined) headers.set(name, value);
  }
  if (from !== null) headers.set('x-client-address', from);
  if (body === undefined) return new Request(new URL(request.originalUrl, publicUrl), { method, headers });
  headers.set('content-type', 'application/json');
  return new Request(new URL(request.originalUrl, publicUrl), {
    method,
    headers,
    body: JSON.stringify(body),
  });
}

const answeredHeaders = ['content-type', 'location'];

async function passOn(answer: Response, response: ExpressResponse): Promise<void> {
  response.statusCode = answer.status;
  for (const name of answeredHeaders) {
    const value = answer.headers.get(name);
    if (value !== null) response.setHeader(name, value);
  }
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  response.end(Buffer.from(await answer.arrayBuffer()));
}
