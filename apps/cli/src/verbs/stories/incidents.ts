import { type IncidentDetail, incidentDetailSchema, incidentSchema, pageOf } from '@wafleet/contracts';
import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { clockTime, howLong, megabytes } from '../../terminal/moments';
import { printable } from '../../terminal/printable';
import { facts, table } from '../../terminal/table';
import { limitOption, tenantArgument } from '../arguments';
import { defineVerb } from '../verb';

export const incidentsVerb = defineVerb({
  usage: 'incidents list [tenant]',
  summary: 'What went wrong, of one tenant or of all, newest first',
  options: [
    ['-o, --open', 'only what is not over'],
    ['-n, --limit <number>', 'how many, at most 200 (50)'],
  ],
  input: z.strictObject({
    tenant: tenantArgument.optional(),
    open: z.boolean().default(false),
    limit: limitOption(200, 50),
  }),
  json: pageOf(incidentSchema),
  isWatchable: true,
  async run(context, { tenant: called, open, limit }) {
    const { client, answer } = context.api();
    const query = { limit, ...(open ? { open: 'true' as const } : {}) };
    const page =
      called === undefined
        ? await answer(client.GET('/admin/incidents', { params: { query } }))
        : await answer(
            client.GET('/admin/tenants/{tenantId}/incidents', {
              params: { path: { tenantId: (await context.findTenant(called)).id }, query },
            }),
          );
    const rows = page.items.map((one) => [
      one.resolvedAt === null ? 'open' : 'over',
      howLong(one.openedAt),
      String(one.count),
      one.tenantId,
      one.id,
      `${one.reason?.label ?? 'unknown'}${one.detail ? `: ${one.detail}` : ''}`,
    ]);
    return {
      data: page,
      text:
        rows.length === 0 ? 'No incidents.' : table(['STATE', 'AGO', 'TIMES', 'TENANT', 'ID', 'WHAT'], rows),
    };
  },
});

export const incidentVerb = defineVerb({
  usage: 'incidents show <tenant> <incident>',
  summary: 'One incident with its evidence; its screenshot into a file',
  options: [['--screenshot <file>', 'write the picture of the page there']],
  input: z.strictObject({
    tenant: tenantArgument,
    incident: z.string().min(1).max(64),
    screenshot: z.string().max(4_096).optional(),
  }),
  json: incidentDetailSchema,
  async run(context, { tenant: called, incident, screenshot }) {
    const { client, answer } = context.api();
    const tenant = await context.findTenant(called);
    const params = { params: { path: { tenantId: tenant.id, incidentId: incident } } };
    const detail = await answer(client.GET('/admin/tenants/{tenantId}/incidents/{incidentId}', params));
    if (screenshot !== undefined) {
      const picture = await answer(
        client.GET('/admin/tenants/{tenantId}/incidents/{incidentId}/screenshot', {
          ...params,
          parseAs: 'arrayBuffer',
        }),
      );
      await writeFile(screenshot, Buffer.from(picture), { mode: 0o600 });
      context.remark(`The screenshot is in ${screenshot}.`);
    }
    return { data: detail, text: incidentText(detail) };
  },
});

/** The last lines of each kind of evidence; `--json` has all. */
const shownLines = 10;

function incidentText(incident: IncidentDetail): string {
  const { evidence } = incident;
  const end = (one: { code: number | null; signal: string | null } | null) =>
    one && (one.signal ?? `code ${one.code}`);
  const lines = (title: string, entries: readonly { at: string; text: string }[]) =>
    entries.length === 0
      ? []
      : [
          '',
          title,
          ...entries.slice(-shownLines).map(({ at, text }) => `  ${clockTime(at)} ${printable(text)}`),
        ];
  const memory = evidence.memory.at(-1);
  return [
    facts([
      ['what', incident.reason && `${incident.reason.label}: ${incident.reason.explanation}`],
      ['in particular', incident.detail && printable(incident.detail)],
      [
        'when',
        `${clockTime(incident.openedAt)}, ${incident.count} times, last ${howLong(incident.lastSeenAt)} ago`,
      ],
      ['over', incident.resolvedAt ? clockTime(incident.resolvedAt) : 'no'],
      ['generation', String(incident.generation)],
      ['worker ended', end(evidence.workerExit)],
      ['browser ended', end(evidence.browserExit)],
      ['out of memory', evidence.outOfMemory],
      ['memory', memory && `${megabytes(memory.nodeBytes)} and ${megabytes(memory.browserBytes)}`],
      ['screenshot', incident.hasScreenshot ? 'yes (--screenshot <file>)' : incident.noScreenshot],
    ]),
    ...lines(
      'Transitions',
      evidence.transitions.map(({ at, state, phase, reason }) => ({
        at,
        text: [state, phase, reason].filter(Boolean).join(' '),
      })),
    ),
    ...lines('Errors of the page', evidence.pageErrors),
    ...lines('Console', evidence.console),
    ...lines('Browser', evidence.browserOutput),
    ...lines('Worker', evidence.workerLog),
  ].join('\n');
}
