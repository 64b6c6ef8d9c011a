import type { Snapshot, Tenant, TenantStatusView } from '@wafleet/contracts';
import { failureOf } from '../../connection/api';
import { Failure } from '../../failure';
import { printable } from '../../terminal/printable';
import type { Context } from '../verb';
import { waitFor } from '../wait';

/** A profile is some MB; a machine that is busy still has it stored by then. */
const leastPatienceMs = 300_000;
/** The first may be one that was under way already, from before the stop. */
const mostSnapshots = 3;

/**
 * Stops the tenant, takes a snapshot of what its browser left, and lets it go: from then on it starts here no more. Repeated
 * after an interruption it goes on where it was.
 * @throws Failure; where no snapshot could be taken, the tenant runs here as before
 */
export async function letGo(context: Context, tenant: Tenant): Promise<TenantStatusView> {
  const { client, answer } = context.api();
  const patient = { ...context, waitMs: Math.max(context.waitMs, leastPatienceMs) };
  const params = { params: { path: { tenantId: tenant.id } } };
  const name = printable(tenant.name);
  const before = await answer(client.GET('/admin/tenants/{tenantId}/status', params));
  if (before.reason?.code === 'moved') return before;

  await answer(client.POST('/admin/tenants/{tenantId}/worker/stop', params));
  const stopped = await waitFor(
    patient,
    () => answer(client.GET('/admin/tenants/{tenantId}/status', params)),
    (now) => now.desiredState === 'STOPPED' && now.worker.status === 'STOPPED',
    (now) => `${name}: stopping (${now.worker.status})`,
  );
  if (!stopped.isOver) throw tooSlow(`${name} has not stopped yet.`);

  try {
    for (let count = 1; ; count += 1) {
      const snapshot = await take(patient, tenant);
      const body = { snapshotId: snapshot.id };
      const { data, error, response } = await client.POST('/admin/tenants/{tenantId}/move-out', {
        ...params,
        body,
      });
      if (data !== undefined) return data;
      if (error?.code !== 'MOVE_NOT_READY' || count === mostSnapshots) throw failureOf(response, error);
    }
  } catch (error) {
    if (error instanceof Failure && before.desiredState === 'RUNNING')
      await client.POST('/admin/tenants/{tenantId}/worker/start', params).catch(() => undefined);
    throw error;
  }
}

async function take(context: Context, { id: tenantId, name }: Tenant): Promise<Snapshot> {
  const { client, answer } = context.api();
  const path = { tenantId };
  const asked = await answer(client.POST('/admin/tenants/{tenantId}/snapshots', { params: { path } }));
  const { seen, isOver } = await waitFor(
    context,
    async () => {
      const params = { path, query: { limit: 200 } };
      const { items } = await answer(client.GET('/admin/tenants/{tenantId}/snapshots', { params }));
      return items.find(({ id }) => id === asked.id) ?? asked;
    },
    ({ state }) => state === 'READY' || state === 'FAILED',
    ({ state }) => `${printable(name)}: snapshot ${state}`,
  );
  if (!isOver) throw tooSlow(`The snapshot is not stored yet: ${seen.problem ?? seen.state}.`);
  if (seen.state === 'READY') return seen;
  throw new Failure('failed', {
    title: 'No snapshot could be taken; the tenant stays here.',
    detail: seen.problem ?? undefined,
    action: `wafleet backups ${tenantId} lists them, wafleet doctor looks at their store.`,
  });
}

const tooSlow = (detail: string) =>
  new Failure('timedOut', {
    title: 'The tenant was not moved yet.',
    detail,
    action: 'Repeat the command: it goes on where it was.',
  });
