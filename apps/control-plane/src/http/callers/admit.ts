import { AppError } from '@wafleet/contracts';
import type { Request, Response } from 'express';
import { mayCallFrom } from '../../users/key-limits';
import type { RequestPace } from '../../users/request-pace';
import type { Authenticate } from './authenticate';
import type { Callers, V1Caller } from './callers';
import { exchangeOf } from '../exchange';
import type { Auth, Route } from '../routing/route';

/** Who sends this request, where they may enter by this route. Rejects with the AppError that says why not. */
export type Admit = (
  route: Pick<Route, 'auth' | 'scope'>,
  request: Request,
  response: Response,
) => Promise<Callers[Auth]>;

/** A tenant's key is let in from its addresses, at its pace, and within its scopes; in this order. */
export function createAdmit(deps: { authenticate: Authenticate; pace: RequestPace }): Admit {
  return async (route, request, response) => {
    const exchange = exchangeOf(response);
    const caller = await deps.authenticate(route.auth, request, (met) => void (exchange.met = met));
    if (route.scope !== null) admitKey(caller as V1Caller, route.scope, request, response);
    return caller;
  };

  function admitKey(
    { keyId, limits }: V1Caller,
    scope: NonNullable<Route['scope']>,
    request: Request,
    response: Response,
  ): void {
    if (!mayCallFrom(limits, request.ip ?? null)) throw new AppError('ADDRESS_NOT_ALLOWED');
    const { isWithin, headers, retryAfterSeconds } = deps.pace.take(keyId);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (!isWithin) throw new AppError('RATE_LIMITED', { retryAfterSeconds });
    if (!limits.scopes.includes(scope)) {
      const detail = `This needs the scope "${scope}"; the key has ${limits.scopes.join(', ')}.`;
      throw new AppError('SCOPE_MISSING', { detail, extra: { scope } });
    }
  }
}
