import { erasureSchema } from '@wafleet/contracts';
import { z } from 'zod';
import { exitCodes } from '../../exit-codes';
import { printable } from '../../terminal/printable';
import { tenantArgument } from '../arguments';
import { defineVerb } from '../verb';
import { waitFor } from '../wait';

export const eraseVerb = defineVerb({
  usage: 'erase <tenant>',
  summary: 'Remove a tenant with everything that belongs to it, and wait until it is gone',
  input: z.strictObject({ tenant: tenantArgument }),
  json: erasureSchema.extend({ isGone: z.boolean() }),
  waits: true,
  asks: true,
  async run(context, { tenant: called }) {
    const { client, answer } = context.api();
    const tenant = await context.findTenant(called);
    await context.confirm({
      does: `erase ${printable(tenant.name)} (${tenant.id}): signs it out, and removes its profile, messages, media, keys and webhooks for good`,
      keeps: 'nothing of it; other tenants are not touched',
    });
    const params = { params: { path: { tenantId: tenant.id } } };
    const erasure = await answer(client.DELETE('/admin/tenants/{tenantId}', params));
    const { seen: isGone } = await waitFor(
      context,
      async () => (await client.GET('/admin/tenants/{tenantId}', params)).response.status === 404,
      (gone) => gone,
      () => `${printable(tenant.name)}: ERASING`,
    );
    return {
      data: { ...erasure, isGone },
      text: isGone
        ? `${printable(tenant.name)} is gone.`
        : `${printable(tenant.name)} is being erased; it goes on.`,
      exitCode: isGone || context.waitMs === 0 ? 0 : exitCodes.timedOut.code,
    };
  },
});
