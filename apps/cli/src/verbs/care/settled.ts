import type { Tenant, TenantStatusView } from '@wafleet/contracts';
import { exitCodes } from '../../exit-codes';
import { nextCommand } from '../next-step';
import { statusLine } from '../status-text';
import type { Context, Shown } from '../verb';
import { waitFor } from '../wait';

/** What a verb waits for: the tenant has come to where it can go by itself. */
type Goal = 'running' | 'replaced' | 'stopped' | 'fresh code';

/** A status that was there before may be shown for a moment after a request. */
const staleMs = 5_000;

/**
 * Waits until the tenant is where the verb was to bring it, and says the truth about it: start and stop that only
 * promise leave somebody looking into logs.
 */
export async function untilSettled(
  context: Context,
  tenant: Tenant,
  before: TenantStatusView,
  goal: Goal,
): Promise<{ view: TenantStatusView; line: string; exitCode: number }> {
  const { client, answer } = context.api();
  const path = { tenantId: tenant.id };
  const { seen: view, isOver } = await waitFor(
    context,
    () => answer(client.GET('/admin/tenants/{tenantId}/status', { params: { path } })),
    (now, elapsedMs) => isSettled(now, before, goal, elapsedMs),
    (now) => statusLine(tenant, now),
  );
  const command = nextCommand(view.reason, tenant.name);
  const hint = view.status === 'ERROR' || view.status === 'QR_PENDING' ? command : null;
  const line = `${statusLine(tenant, view)}${hint === null ? '' : `\n  do: ${hint}`}`;
  if (context.waitMs === 0) return { view, line: `${line} (asked for; not waited for)`, exitCode: 0 };
  if (!isOver) return { view, line: `${line} (it goes on)`, exitCode: exitCodes.timedOut.code };
  return { view, line, exitCode: goal !== 'stopped' && view.status === 'ERROR' ? exitCodes.failed.code : 0 };
}

function isSettled(now: TenantStatusView, before: TenantStatusView, goal: Goal, elapsedMs: number): boolean {
  if (goal === 'stopped') return now.desiredState === 'STOPPED' && now.worker.status === 'STOPPED';
  if (now.desiredState === 'STOPPED') return true;
  const isAnother = now.worker.generation > before.worker.generation;
  if (goal === 'fresh code') return isAnother && now.session.state === 'QR_READY';
  if (goal === 'replaced' && !isAnother) return false;
  if (now.status === 'ACTIVE' || now.session.state === 'QR_READY') return true;
  return now.status === 'ERROR' && (isAnother || elapsedMs > staleMs);
}

/** Several tenants one after the other; the worst end counts. */
export function shownTogether(
  results: readonly { view: TenantStatusView; line: string; exitCode: number }[],
): Shown {
  return {
    data: { items: results.map(({ view }) => view) },
    text: results.map(({ line }) => line).join('\n'),
    exitCode: Math.max(...results.map(({ exitCode }) => exitCode)),
  };
}
