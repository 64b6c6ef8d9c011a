import { createApi } from '../../connection/api';
import type { Machine } from '../machine';

const maxTenants = 200;
const maxIncidents = 20;

/** How the tenants are and what went wrong, by their ids; nothing where the control plane does not answer. */
export async function collectFleet({
  access,
}: Pick<Machine, 'access'>): Promise<{ name: string; text: string }[]> {
  if (access === null) return [];
  const { client, answer } = createApi(access);
  try {
    const { items: tenants } = await answer(
      client.GET('/admin/tenants', { params: { query: { limit: maxTenants } } }),
    );
    const { items: incidents } = await answer(
      client.GET('/admin/incidents', { params: { query: { limit: maxIncidents } } }),
    );
    const details = await Promise.all(
      incidents.map(({ id, tenantId }) =>
        answer(
          client.GET('/admin/tenants/{tenantId}/incidents/{incidentId}', {
            params: { path: { tenantId, incidentId: id } },
          }),
        ),
      ),
    );
    return [
      { name: 'tenants.jsonl', text: tenants.map(withoutWho).join('\n') },
      { name: 'incidents.jsonl', text: details.map((detail) => JSON.stringify(detail)).join('\n') },
    ];
  } catch {
    // Then the findings say what is in its way, and the logs are there.
    return [];
  }
}

function withoutWho({
  id,
  status,
  statusSince,
  desiredState,
  reason,
}: {
  id: string;
  status: string;
  statusSince: string;
  desiredState: string;
  reason: { code: string } | null;
}): string {
  return JSON.stringify({ id, status, statusSince, desiredState, reason: reason?.code ?? null });
}
