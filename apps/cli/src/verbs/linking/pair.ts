import { pairingCodeViewSchema } from '@wafleet/contracts';
import { z } from 'zod';
import { howLong } from '../../terminal/moments';
import { tenantArgument } from '../arguments';
import { defineVerb } from '../verb';

export const pairVerb = defineVerb({
  usage: 'pair <tenant> <number>',
  summary: 'A code to type on the phone of this number, instead of scanning',
  input: z.strictObject({ tenant: tenantArgument, number: z.string().min(1).max(32) }),
  json: pairingCodeViewSchema,
  async run(context, { tenant: called, number }) {
    const { client, answer } = context.api();
    const { id } = await context.findTenant(called);
    context.progress('asking the page for a code');
    const pairing = await answer(
      client.POST('/admin/tenants/{tenantId}/session/pairing-code', {
        params: { path: { tenantId: id } },
        body: { phoneNumber: number },
      }),
    );
    return {
      data: pairing,
      text: `${pairing.code}\nType it on the phone +${pairing.phoneNumber} within ${howLong(pairing.expiresAt)}: Settings, Linked devices, Link a device, Link with phone number instead.`,
    };
  },
});
