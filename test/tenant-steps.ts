import { type ControlPlane as AnyControlPlane, eventually } from '@wafleet/testing';
import type { Person } from './simulated-people';

/** A process or a container: what matters is its API. */
type ControlPlane = Pick<AnyControlPlane, 'admin'>;

/** What an operator does and waits for, step by step. */

export async function createTenant(controlPlane: ControlPlane, name: string): Promise<string> {
  return (await controlPlane.admin.post('/admin/tenants', { name })).id;
}

export async function statusOf(controlPlane: ControlPlane, tenantId: string): Promise<any> {
  return controlPlane.admin.get(`/admin/tenants/${tenantId}/status`);
}

export async function untilQr(controlPlane: ControlPlane, tenantId: string): Promise<string> {
  return eventually(
    async () => {
      const qr = await controlPlane.admin.get(`/admin/tenants/${tenantId}/qr`);
      return qr.state === 'QR_READY' ? (qr.raw as string | null) : null;
    },
    { timeoutMs: 60_000, what: 'a QR to scan' },
  );
}

/** Scans codes until one was taken: each may be renewed between being read and being scanned. */
export async function scanInTime(
  controlPlane: ControlPlane,
  tenantId: string,
  person: Person,
): Promise<void> {
  await eventually(
    async () => {
      const qr = await controlPlane.admin.get(`/admin/tenants/${tenantId}/qr`);
      if (qr.state === 'AUTHENTICATING' || qr.state === 'CONNECTED') return true;
      if (qr.state === 'QR_READY' && qr.raw !== null) await person.scan(qr.raw).catch(() => undefined);
      return false;
    },
    { timeoutMs: 60_000, what: 'a scan in time' },
  );
}

export async function untilActive(controlPlane: ControlPlane, tenantId: string): Promise<any> {
  return eventually(
    async () => {
      const status = await statusOf(controlPlane, tenantId);
      return status.status === 'ACTIVE' ? status : null;
    },
    {
      timeoutMs: 60_000,
      what: async () => `ACTIVE; now ${JSON.stringify(await statusOf(controlPlane, tenantId))}`,
    },
  );
}

/** A tenant linked to the person's phone. */
export async function linkedTenant(
  controlPlane: ControlPlane,
  name: string,
  person: Person,
): Promise<string> {
  const tenantId = await createTenant(controlPlane, name);
  await person.scan(await untilQr(controlPlane, tenantId));
  await untilActive(controlPlane, tenantId);
  return tenantId;
}

/** A tenant linked for long enough that a crash does not cost it its link. */
export async function durablyLinkedTenant(
  controlPlane: ControlPlane,
  name: string,
  person: Person,
): Promise<string> {
  const tenantId = await linkedTenant(controlPlane, name, person);
  await eventually(async () => (await statusOf(controlPlane, tenantId)).session.linkIsDurable, {
    timeoutMs: 60_000,
    what: 'a link that survives a crash',
  });
  return tenantId;
}

export async function messagesOf(controlPlane: ControlPlane, tenantId: string): Promise<any[]> {
  return (await controlPlane.admin.get(`/admin/tenants/${tenantId}/messages?limit=200`)).items;
}

export async function untilMessageStatus(
  controlPlane: ControlPlane,
  tenantId: string,
  messageId: string,
  status: string,
): Promise<any> {
  return eventually(
    async () => {
      const message = await controlPlane.admin.get(`/admin/tenants/${tenantId}/messages/${messageId}`);
      return message.status === status ? message : null;
    },
    { timeoutMs: 60_000, what: `message ${messageId} ${status}` },
  );
}
