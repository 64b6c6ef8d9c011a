import { alertSchema, pageOf } from '@wafleet/contracts';
import { z } from 'zod';
import { howLong } from '../../terminal/moments';
import { table } from '../../terminal/table';
import { limitOption } from '../arguments';
import { defineVerb } from '../verb';

export const alertsVerb = defineVerb({
  usage: 'alerts',
  summary: 'Who needs a person, and what troubles the control plane',
  options: [
    ['-a, --all', 'also those that are over'],
    ['-n, --limit <number>', 'how many, at most 200 (50)'],
  ],
  input: z.strictObject({ all: z.boolean().default(false), limit: limitOption(200, 50) }),
  json: pageOf(alertSchema),
  isWatchable: true,
  async run(context, { all, limit }) {
    const { client, answer } = context.api();
    const query = { limit, ...(all ? {} : { open: 'true' as const }) };
    const page = await answer(client.GET('/admin/alerts', { params: { query } }));
    const rows = page.items.map(({ tenant, reason, detail, openedAt, endedAt }) => [
      endedAt === null ? 'open' : 'over',
      howLong(openedAt),
      tenant?.name ?? 'control plane',
      reason.label,
      detail ?? reason.explanation,
    ]);
    return {
      data: page,
      text:
        rows.length === 0
          ? 'Nobody needs a person.'
          : table(['STATE', 'SINCE', 'WHO', 'WHY', 'IN PARTICULAR'], rows),
    };
  },
});
