import { type Tenant, type TenantStatusView, tenantStatusViewSchema } from '@wafleet/contracts';
import { z } from 'zod';
import { tenantArgument } from '../arguments';
import { showCodes } from '../linking/show-codes';
import { type Context, defineVerb } from '../verb';
import { shownTogether, untilSettled } from './settled';

const tenants = z.array(tenantArgument).min(1).max(1_000);
const json = z.object({ items: z.array(tenantStatusViewSchema) });

export const startVerb = defineVerb({
  usage: 'start <tenants...>',
  summary: 'Have sessions run, and wait until they do or say what they need',
  options: [['--qr', 'of one tenant: show its code, and wait until it is scanned']],
  input: z.strictObject({ tenants, qr: z.boolean().default(false) }),
  json,
  waits: true,
  async run(context, { tenants, qr }) {
    const { client, answer } = context.api();
    const results = await forEach(context, tenants, async (tenant, before, path) => {
      await answer(client.POST('/admin/tenants/{tenantId}/worker/start', { params: { path } }));
      if (qr && tenants.length === 1) await showCodes(context, tenant);
      return untilSettled(context, tenant, before, 'running');
    });
    return shownTogether(results);
  },
});

export const stopVerb = defineVerb({
  usage: 'stop <tenants...>',
  summary: 'Have sessions stopped, and wait until nothing of them runs; they stay linked',
  input: z.strictObject({ tenants }),
  json,
  waits: true,
  async run(context, { tenants }) {
    const { client, answer } = context.api();
    const results = await forEach(context, tenants, async (tenant, before, path) => {
      await answer(client.POST('/admin/tenants/{tenantId}/worker/stop', { params: { path } }));
      return untilSettled(context, tenant, before, 'stopped');
    });
    return shownTogether(results);
  },
});

export const restartVerb = defineVerb({
  usage: 'restart <tenants...>',
  summary: 'Replace workers and browsers, and wait for the new ones; at most every 30 s',
  options: [['-f, --force', 'however short ago that was done before']],
  input: z.strictObject({ tenants, force: z.boolean().default(false) }),
  json,
  waits: true,
  async run(context, { tenants, force }) {
    const { client, answer } = context.api();
    const results = await forEach(context, tenants, async (tenant, before, path) => {
      const params = { params: { path } };
      await (force
        ? answer(client.POST('/admin/tenants/{tenantId}/worker/force-restart', params))
        : answer(client.POST('/admin/tenants/{tenantId}/worker/restart', params)));
      return untilSettled(context, tenant, before, 'replaced');
    });
    return shownTogether(results);
  },
});

/** All are found before the first is touched: a name mistyped stops nobody. */
async function forEach<Result>(
  context: Context,
  called: readonly string[],
  act: (tenant: Tenant, before: TenantStatusView, path: { tenantId: string }) => Promise<Result>,
): Promise<Result[]> {
  const { client, answer } = context.api();
  const found: Tenant[] = [];
  for (const one of called) found.push(await context.findTenant(one));
  const results: Result[] = [];
  for (const tenant of found) {
    const path = { tenantId: tenant.id };
    const before = await answer(client.GET('/admin/tenants/{tenantId}/status', { params: { path } }));
    results.push(await act(tenant, before, path));
  }
  return results;
}
