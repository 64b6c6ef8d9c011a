import { randomUUID } from 'node:crypto';
import type { Logger } from '@wafleet/runtime';
import type { RequestHandler, Response } from 'express';
import type { AuditLog, Deed } from '../audit/audit-log';
import type { Callers } from './callers/callers';
import { createDeedOf, tenantOf } from './deed-of';
import type { Auth, Route } from './routing/route';

/** What is known of one request and its answer while it is under way. */
export interface Exchange {
  readonly requestId: string;
  /** Null where there is none. */
  route: (Pick<Route, 'path' | 'auth' | 'summary'> & Partial<Pick<Route, 'reveals'>>) | null;
  /** Of the path; the request has them no longer once something went wrong. */
  params: Record<string, unknown>;
  caller: Callers[Auth];
  /** Who it turned out to be, though they may not have been let in, or a link or a password told it. */
  met: Met | null;
  /** What else is to be kept of it: ids and harmless fields, never a secret. */
  detail: Record<string, unknown>;
  /** Kept, though it reads. */
  isDeed: boolean;
  /** The code of the problem that was answered. */
  problem: string | null;
}

export interface Met {
  actor: Deed['actor'];
  from: string | null;
  tenantId?: string;
}

/**
 * Gives every request an id, which the answer and the log carry. When the answer has ended, one line is logged, and what
 * changed something is written to the audit log: here and nowhere else, so that no route can forget it.
 */
export function beginExchange(log: Logger, audit: Pick<AuditLog, 'record'> | null): RequestHandler {
  const deedOf = createDeedOf({ now: () => Date.now() });
  return (request, response, next) => {
    const exchange: Exchange = {
      requestId: randomUUID(),
      route: null,
      params: {},
      caller: null,
      met: null,
      detail: {},
      isDeed: false,
      problem: null,
    };
    const startedAt = process.hrtime.bigint();
    response.locals['exchange'] = exchange;
    response.setHeader('x-request-id', exchange.requestId);
    response.once('close', () => {
      const deed = deedOf(exchange, request, response);
      if (deed !== null) audit?.record(deed);
      const { requestId, route, params, caller, problem } = exchange;
      const level = route?.auth === 'none' ? 'debug' : 'info';
      log[level](
        {
          requestId,
          method: request.method,
          // The pattern, not the address: that may hold a person's e-mail address or something secret in its query.
          route: route?.path ?? null,
          tenantId: tenantOf(params, caller),
          keyId: caller?.keyId,
          userId: caller?.actor?.kind === 'person' ? caller.actor.id : undefined,
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
