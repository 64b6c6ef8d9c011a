import { healthSchema, tenantStatuses } from '@wafleet/contracts';
import { z } from 'zod';
import { exitCodes } from '../../exit-codes';
import { failureOf, unreachable } from '../../connection/api';
import { facts } from '../../terminal/table';
import { colourOf } from '../status-text';
import { type Context, defineVerb } from '../verb';

export const healthVerb = defineVerb({
  usage: 'health',
  summary: 'Whether the control plane and its parts are well, and how many tenants have which status',
  input: z.strictObject({}),
  json: healthSchema.extend({
    tenants: z.partialRecord(z.enum(tenantStatuses), z.number().int()),
    /** Tenants that need a person, and trouble of the control plane, that are open. */
    openAlerts: z.number().int(),
  }),
  isWatchable: true,
  async run(context) {
    const { client, answer } = context.api();
    const health = await readHealth(context);
    // One that stands by, or lacks its database, knows no tenants.
    const [counts, openAlerts] = health.isReady
      ? await Promise.all([
          answer(client.GET('/admin/fleet')).then((fleet) => fleet.counts as Counts),
          answer(client.GET('/admin/alerts', { params: { query: { open: 'true', limit: 200 } } })).then(
            ({ items }) => items.length,
          ),
        ])
      : [{} as Counts, 0];
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const { terminal } = context;
    const isWell = health.isReady && health.components.every((one) => one.isWell);
    return {
      data: { ...health, tenants: counts, openAlerts },
      text: facts([
        [
          'control plane',
          health.isReady
            ? terminal.style('green', 'ready')
            : terminal.style('red', `not ready (${health.role})`),
        ],
        ...health.components.map(
          ({ name, isWell, problem, solution }) =>
            [name, isWell ? 'well' : terminal.style('red', `${problem} ${solution}`)] as const,
        ),
        ['tenants', String(total)],
        ...tenantStatuses.flatMap((status) =>
          counts[status]
            ? [[`  ${status}`, terminal.style(colourOf(status), String(counts[status]))] as const]
            : [],
        ),
        ['open alerts', openAlerts > 0 ? `${openAlerts}; wafleet alerts lists them` : 'none'],
      ]),
      ...(isWell ? {} : { exitCode: exitCodes.failed.code }),
    };
  },
});

type Counts = Partial<Record<(typeof tenantStatuses)[number], number>>;

/** The report is in the answer, also where that says that it is not ready. */
async function readHealth(context: Context): Promise<z.output<typeof healthSchema>> {
  const { access } = context.api();
  const response = await fetch(`${access.url}/readyz`, { signal: AbortSignal.timeout(10_000) }).catch(
    (error: unknown) => {
      throw unreachable(access.url, error);
    },
  );
  const body: unknown = await response.json().catch(() => null);
  const report = healthSchema.safeParse(body);
  if (!report.success) throw failureOf(response, body);
  return report.data;
}
