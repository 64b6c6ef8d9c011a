import { randomUUID } from 'node:crypto';
import type { Logger } from '@wafleet/runtime';
import type { RequestHandler, Response } from 'express';
import type { Callers } from './callers';
import type { Auth, Route } from './route';

/** What is known of one request and its answer while it is under way. */
export interface Exchange {
  readonly requestId: string;
  route: Route | null;
  caller: Callers[Auth];
  /** The code of the problem that was answered. */
  problem: string | null;
}

/** Gives every request an id, which the answer and the log carry, and logs one line when the answer has ended. */
export function beginExchange(log: Logger): RequestHandler {
  return (request, response, next) => {
    const exchange: Exchange = { requestId: randomUUID(), route: null, caller: null, problem: null };
    const startedAt = process.hrtime.bigint();
    response.locals['exchange'] = exchange;
    response.setHeader('x-request-id', exchange.requestId);
    response.once('close', () => {
      const { requestId, route, caller, problem } = exchange;
      const level = route?.auth === 'none' ? 'debug' : 'info';
      log[level](
        {
          requestId,
          method: request.method,
          // The pattern, not the address: that may hold a person's e-mail address or something secret in its query.
          route: route?.path ?? null,
          tenantId: tenantOf(request.params, caller),
          keyId: caller?.keyId,
          status: response.statusCode,
          problem: problem ?? undefined,
          wasCutOff: response.writableFinished ? undefined : true,
          durationMs: Number(process.hrtime.bigint() - startedAt) / 1e6,
        },
        'request answered',
      );
    });
    next();
  };
}

export function exchangeOf(response: Response): Exchange {
  return response.locals['exchange'] as Exchange;
}

function tenantOf(params: Record<string, unknown>, caller: Callers[Auth]): unknown {
  if (caller && 'tenantId' in caller) return caller.tenantId;
  return caller && 'tenant' in caller ? caller.tenant.id : params['tenantId'];
}
