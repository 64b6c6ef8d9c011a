import { eventually } from '../eventually';
import { callStandin } from '../stack/standin-control';
import type { ControlPlane } from '../stack/control-plane';
import type { Stack } from '../stack/stack';

export interface LinkedTenant {
  id: string;
  number: string;
}

/** Tenants whose people have scanned, linked for long enough that a crash does not cost them their link. */
export async function linkTenants(
  stack: Stack,
  controlPlane: ControlPlane,
  numbers: readonly string[],
): Promise<LinkedTenant[]> {
  const tenants: LinkedTenant[] = [];
  for (const number of numbers) tenants.push(await createTenant(stack, controlPlane, number));
  await Promise.all(tenants.map((tenant) => scan(stack, controlPlane, tenant)));
  await untilGreen(controlPlane, tenants, 60_000 + 10_000 * tenants.length);
  for (const { id } of tenants) {
    await eventually(async () => (await statusOf(controlPlane, id)).session.linkIsDurable, {
      timeoutMs: 60_000,
      what: 'a link that survives a crash',
      everyMs: 200,
    });
  }
  return tenants;
}

/** A tenant, and the person whose number it is. */
async function createTenant(stack: Stack, controlPlane: ControlPlane, number: string): Promise<LinkedTenant> {
  await callStandin(stack, 'PUT', `/users/${number}`, { name: `Person ${number}` });
  const { id } = await controlPlane.admin.post('/admin/tenants', { name: `Tenant ${number}` });
  return { id, number };
}

/** The person scans the code that the tenant shows, as soon as there is one. */
export async function scan(
  stack: Stack,
  controlPlane: ControlPlane,
  { id, number }: LinkedTenant,
): Promise<void> {
  const qr = await eventually(
    async () => {
      const view = await controlPlane.admin.get(`/admin/tenants/${id}/qr`);
      return view.state === 'QR_READY' ? (view.raw as string | null) : null;
    },
    { timeoutMs: 180_000, what: 'a code to scan', everyMs: 100 },
  );
  await callStandin(stack, 'POST', `/users/${number}/scan`, { qr });
}

/** Resolves when all of them are ACTIVE. */
export async function untilGreen(
  controlPlane: ControlPlane,
  tenants: readonly { id: string }[],
  timeoutMs = 60_000,
): Promise<void> {
  const red = async () => {
    const views = await Promise.all(tenants.map(({ id }) => statusOf(controlPlane, id)));
    return views.filter(({ status }) => status !== 'ACTIVE');
  };
  await eventually(async () => (await red()).length === 0, {
    timeoutMs,
    what: async () => `ACTIVE; not yet: ${JSON.stringify(await red())}`,
  });
}

export async function statusOf(controlPlane: ControlPlane, tenantId: string): Promise<any> {
  return controlPlane.admin.get(`/admin/tenants/${tenantId}/status`);
}
