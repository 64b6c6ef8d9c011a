import { qrViewSchema } from '@wafleet/contracts';
import { z } from 'zod';
import { Failure } from '../../failure';
import { printable } from '../../terminal/printable';
import { tenantArgument } from '../arguments';
import { defineVerb } from '../verb';
import { waitFor } from '../wait';
import { drawQr, readQr, requireHope, showCodes } from './show-codes';

export const qrVerb = defineVerb({
  usage: 'qr <tenant>',
  summary: 'The code to scan, drawn in the terminal; waits for one that is on its way',
  options: [['-w, --watch', 'show each new code, until the phone is linked']],
  input: z.strictObject({ tenant: tenantArgument, watch: z.boolean().default(false) }),
  json: qrViewSchema,
  waits: true,
  async run(context, { tenant: called, watch }) {
    const api = context.api();
    const tenant = await context.findTenant(called);
    if (watch) {
      await showCodes(context, tenant);
      return { data: await readQr(api, tenant.id), text: `${printable(tenant.name)} is linked.` };
    }
    const { seen } = await waitFor(
      context,
      async () => {
        const qr = await readQr(api, tenant.id);
        if (qr.raw === null && qr.state !== 'CONNECTED') await requireHope(context, tenant);
        return qr;
      },
      (qr) => qr.raw !== null || qr.state === 'CONNECTED',
      (qr) => `${printable(tenant.name)}: ${qr.state}, no code yet`,
    );
    if (seen.raw === null)
      throw new Failure('notNow', {
        title: 'There is no code to show right now.',
        detail: seen.state === 'CONNECTED' ? 'The phone is linked.' : `The session is ${seen.state}.`,
        action: `wafleet status ${tenant.id}`,
        code: 'NO_QR',
      });
    return { data: seen, text: await drawQr(api, tenant.id, printable(tenant.name)) };
  },
});
