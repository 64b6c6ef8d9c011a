import { pageOf, type TenantEvent, tenantEventSchema, tenantEventTypes } from '@wafleet/contracts';
import { z } from 'zod';
import { liveEvents } from '../../connection/live-events';
import { Interrupted } from '../../failure';
import { clockTime } from '../../terminal/moments';
import { printable } from '../../terminal/printable';
import { limitOption, tenantArgument } from '../arguments';
import { type Context, defineVerb } from '../verb';

export const eventsVerb = defineVerb({
  usage: 'events [tenant]',
  summary: 'What happened to a tenant; with --follow, what happens, also to all of them',
  options: [
    ['-f, --follow', 'go on with what comes, until Ctrl-C; always so without a tenant'],
    ['-n, --limit <number>', 'how many, at most 200 (50)'],
    ['-t, --type <type>', 'only these, as tenant.status'],
  ],
  input: z.strictObject({
    tenant: tenantArgument.optional(),
    follow: z.boolean().default(false),
    limit: limitOption(200, 50),
    type: z.enum(tenantEventTypes).optional(),
  }),
  json: z.union([pageOf(tenantEventSchema), tenantEventSchema]),
  async run(context, { tenant: called, follow, limit, type }) {
    const api = context.api();
    const tenant = called === undefined ? undefined : await context.findTenant(called);
    if (tenant !== undefined) {
      const params = {
        path: { tenantId: tenant.id },
        query: { limit, ...(type === undefined ? {} : { type }) },
      };
      const page = await api.answer(api.client.GET('/admin/tenants/{tenantId}/events', { params }));
      const oldestFirst = [...page.items].reverse();
      if (!follow) return { data: page, text: oldestFirst.map(eventText).join('\n') };
      for (const event of oldestFirst) tell(context, event);
    }
    const { signal } = context;
    const live = liveEvents(api, { tenantId: tenant?.id, signal, onLost: context.remark });
    for await (const event of live) if (type === undefined || event.type === type) tell(context, event);
    throw new Interrupted();
  },
});

const tell = (context: Context, event: TenantEvent) => context.line(event, eventText(event));

function eventText({ at, type, tenantId, data }: TenantEvent): string {
  return `${clockTime(at)} ${tenantId} ${type.padEnd(18)} ${printable(JSON.stringify(data))}`;
}
