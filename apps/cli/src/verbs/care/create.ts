import { createTenantSchema, tenantSchema } from '@wafleet/contracts';
import { z } from 'zod';
import { printable } from '../../terminal/printable';
import { showCodes } from '../linking/show-codes';
import { defineVerb } from '../verb';

const fields = createTenantSchema.shape;

export const createVerb = defineVerb({
  usage: 'create <name>',
  summary: 'Add a tenant and start its session',
  options: [
    ['--number <number>', 'the number that it is to have, in international form'],
    ['--proxy <address>', 'what everything of its page goes through: http:// or socks5://'],
    ['--no-start', 'only add it'],
    ['--qr', 'show its code, and wait until it is scanned'],
  ],
  input: z.strictObject({
    name: fields.name,
    number: z.string().max(32).optional(),
    proxy: z.string().max(1_000).optional(),
    start: z.boolean().default(true),
    qr: z.boolean().default(false),
  }),
  json: tenantSchema,
  waits: true,
  async run(context, { name, number, proxy, start, qr }) {
    const { client, answer } = context.api();
    const body = {
      name,
      start,
      ...(number === undefined ? {} : { phoneNumber: number }),
      ...(proxy === undefined ? {} : { proxy: { url: proxy } }),
    };
    const tenant = await answer(client.POST('/admin/tenants', { body }));
    if (qr && start) await showCodes(context, tenant);
    return {
      data: tenant,
      text: `Added ${printable(tenant.name)}  ${tenant.id}${start && !qr ? `\nShow its code: wafleet qr --watch ${tenant.id}` : ''}`,
    };
  },
});
