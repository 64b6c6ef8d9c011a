import { type AuditOutcome, isTenantId } from '@wafleet/contracts';
import type { Request, Response } from 'express';
import type { Deed } from '../audit/audit-log';
import type { Callers } from './callers/callers';
import { changes } from './callers/credentials';
import type { Exchange } from './exchange';
import type { Auth } from './routing/route';

/** Looking at a workspace is told once in this time, for each person and workspace. */
const lookMs = 15 * 60_000;
const maxLooks = 10_000;

/** What an exchange that has ended leaves in the audit log; null where that is nothing. */
export function createDeedOf({ now }: { now: () => number }) {
  let looks = new Map<string, number>();

  return (exchange: Exchange, request: Request, response: Response): Deed | null => {
    const { route, caller, problem } = exchange;
    const who = exchange.met ?? (caller?.actor ? { actor: caller.actor, from: caller.from } : null);
    // Whoever asks too often writes no log by it, and who stands by has none to write.
    if (route === null || problem === 'TOO_MANY_TRIES' || problem === 'RATE_LIMITED') return null;
    if (who === null && (caller === null || route.auth !== 'web')) return null;
    const looked = lookedAt(caller);
    const isReveal = route.reveals === true && route.auth === 'admin';
    const isDeed = changes(request.method) || exchange.isDeed || isReveal;
    if (!isDeed && (looked === null || !isFirstLook(`${caller?.actor?.id} ${looked}`))) return null;
    const tenantId =
      exchange.met?.tenantId ??
      tenantOf(exchange.params, caller) ??
      exchange.detail['tenantId'] ??
      exchange.detail['id'];
    return {
      actor: who?.actor ?? { kind: 'unknown', id: '', label: '' },
      isOperator: route.auth === 'admin' || looked !== null,
      action: isDeed ? `${request.method} ${route.path}` : 'VIEW /portal/tenant/current',
      tenantId: typeof tenantId === 'string' && isTenantId(tenantId) ? tenantId : null,
      from: who?.from ?? caller?.from ?? null,
      outcome: outcomeOf(response),
      status: response.statusCode,
      detail: {
        ...(isDeed ? { what: route.summary } : { what: 'Look at a workspace as its people see it' }),
        ...exchange.detail,
        ...(problem === null ? {} : { problem }),
        requestId: exchange.requestId,
      },
    };
  };

  function isFirstLook(key: string): boolean {
    const at = now();
    if ((looks.get(key) ?? 0) > at - lookMs) return false;
    if (looks.size >= maxLooks) looks = new Map();
    looks.set(key, at);
    return true;
  }
}

/** The workspace that somebody of the fleet looks at. */
function lookedAt(caller: Callers[Auth]): string | null {
  return caller && 'tenant' in caller && caller.tenant.role === null ? caller.tenant.id : null;
}

function outcomeOf({ statusCode, writableFinished }: Response): AuditOutcome {
  if (statusCode >= 500) return 'failed';
  if (statusCode >= 400) return 'refused';
  return writableFinished ? 'done' : 'failed';
}

export function tenantOf(params: Record<string, unknown>, caller: Callers[Auth]): unknown {
  if (caller && 'tenantId' in caller) return caller.tenantId;
  return caller && 'tenant' in caller ? caller.tenant.id : params['tenantId'];
}
