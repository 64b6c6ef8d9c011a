import { tenantStatusViewSchema } from '@wafleet/contracts';
import { z } from 'zod';
import { tenantArgument } from '../arguments';
import { statusText } from '../status-text';
import { defineVerb } from '../verb';

export const statusVerb = defineVerb({
  usage: 'status <tenant>',
  summary: 'Everything about one tenant: status, why, and the command that helps',
  input: z.strictObject({ tenant: tenantArgument }),
  json: tenantStatusViewSchema,
  isWatchable: true,
  async run(context, { tenant: called }) {
    const tenant = await context.findTenant(called);
    const { client, answer } = context.api();
    const path = { tenantId: tenant.id };
    const view = await answer(client.GET('/admin/tenants/{tenantId}/status', { params: { path } }));
    return { data: view, text: statusText(tenant, view, context.terminal) };
  },
});
