import type { QrView, Tenant } from '@wafleet/contracts';
import { Failure } from '../../failure';
import { printable } from '../../terminal/printable';
import type { Api } from '../../connection/api';
import { nextCommand } from '../next-step';
import type { Context } from '../verb';
import { pause } from '../wait';

const lookMs = 1_000;
/** A start that shows no code by then says why. */
const patienceMs = 10_000;

/**
 * Shows each code as it comes, until the phone is linked.
 * @throws Failure where no code will come
 */
export async function showCodes(context: Context, tenant: Tenant): Promise<void> {
  let shown: number | null = null;
  let since = performance.now();
  for (;;) {
    const qr = await readQr(context.api(), tenant.id);
    if (qr.state === 'CONNECTED') return;
    if (qr.raw !== null && qr.sequence !== shown) {
      shown = qr.sequence;
      context.remark(await drawQr(context.api(), tenant.id, printable(tenant.name)));
    }
    if (qr.raw !== null || qr.state === 'AUTHENTICATING') since = performance.now();
    context.progress(qr.raw === null ? `${printable(tenant.name)}: ${qr.state}, no code yet` : null);
    if (performance.now() - since > patienceMs) await requireHope(context, tenant);
    await pause(lookMs, context.signal);
  }
}

/** @throws Failure where a person must act before there can be a code */
export async function requireHope(context: Context, tenant: Tenant): Promise<void> {
  const { client, answer } = context.api();
  const params = { params: { path: { tenantId: tenant.id } } };
  const { status, reason, detail, desiredState } = await answer(
    client.GET('/admin/tenants/{tenantId}/status', params),
  );
  const isParked =
    desiredState === 'STOPPED' || (reason?.repairedBy === 'person' && reason.code !== 'awaiting_scan');
  if (!isParked) return;
  throw new Failure('notNow', {
    title: `No code comes: ${printable(tenant.name)} is ${status}${reason ? `, ${reason.label}` : ''}.`,
    detail: detail ?? reason?.explanation,
    action: nextCommand(reason, tenant.name) ?? `wafleet start --qr ${tenant.id}`,
    code: 'NO_QR',
  });
}

/** The answer's shape follows what is accepted. */
export async function readQr({ client, answer }: Api, tenantId: string): Promise<QrView> {
  const params = { path: { tenantId } };
  const headers = { accept: 'application/json' };
  return (await answer(client.GET('/admin/tenants/{tenantId}/qr', { params, headers }))) as QrView;
}

export async function drawQr({ client, answer }: Api, tenantId: string, name: string): Promise<string> {
  const params = { path: { tenantId } };
  const headers = { accept: 'text/plain' };
  const drawn = await answer(
    client.GET('/admin/tenants/{tenantId}/qr', { params, headers, parseAs: 'text' }),
  );
  return `${drawn}\nScan it for ${name} with WhatsApp on the phone: Settings, Linked devices, Link a device.`;
}
