import { callStandin, type ControlPlane, type EventStream, eventually, type Stack } from '@wafleet/testing';

export interface BenchTenant {
  id: string;
  number: string;
}

export interface LinkedTenant extends BenchTenant {
  /** From the request to the QR in the live stream, ms. */
  createToQrMs: number;
  /** From the scan to CONNECTED in the live stream, ms. */
  scanToConnectedMs: number;
}

const numberOf = (index: number) => `155501010${String(index).padStart(2, '0')}`;

/** Adds one tenant, scans its QR, and says how long both took. */
export async function addTenant(
  stack: Stack,
  controlPlane: ControlPlane,
  stream: EventStream,
  index: number,
): Promise<LinkedTenant> {
  const number = numberOf(index);
  await callStandin(stack, 'PUT', `/users/${number}`, { name: `Tenant ${index}` });
  const created = performance.now();
  const { id } = await controlPlane.admin.post('/admin/tenants', { name: `Tenant ${index}` });
  const qrAt = await untilEvent(
    stream,
    (event) => event.tenantId === id && event.type === 'session.qr',
    created,
  );
  const qr = await controlPlane.admin.get(`/admin/tenants/${id}/qr`);
  const scanned = performance.now();
  await callStandin(stack, 'POST', `/users/${number}/scan`, { qr: qr.raw });
  const connectedAt = await untilEvent(stream, isConnected(id), scanned);
  return { id, number, createToQrMs: qrAt - created, scanToConnectedMs: connectedAt - scanned };
}

/** Restarts a tenant's worker by force; ms from the request to CONNECTED. */
export async function restartTenant(
  controlPlane: ControlPlane,
  stream: EventStream,
  tenant: BenchTenant,
): Promise<number> {
  const asked = performance.now();
  await controlPlane.admin.post(`/admin/tenants/${tenant.id}/worker/force-restart`);
  return (await untilEvent(stream, isConnected(tenant.id), asked)) - asked;
}

/** The moment (performance.now) at which the first matching event after `since` arrived. */
export async function untilEvent(
  stream: EventStream,
  matches: (event: EventStream['events'][number]) => boolean,
  since: number,
): Promise<number> {
  const event = await eventually(() => stream.events.find((one) => one.receivedAt >= since && matches(one)), {
    timeoutMs: 60_000,
    what: 'an event of the live stream',
    everyMs: 5,
  });
  return event.receivedAt;
}

const isConnected = (tenantId: string) => (event: EventStream['events'][number]) =>
  event.tenantId === tenantId && event.type === 'session.state' && event.data.state === 'CONNECTED';
