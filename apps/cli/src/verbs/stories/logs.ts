import { logLineSchema, type LogLine, listLogsQuerySchema, pageOf } from '@wafleet/contracts';
import { z } from 'zod';
import { clockTime } from '../../terminal/moments';
import { printable } from '../../terminal/printable';
import { limitOption, tenantArgument } from '../arguments';
import { type Context, defineVerb } from '../verb';
import { pause } from '../wait';

const lookMs = 1_000;
/** As many as can be written between two looks without one being missed. */
const followedLines = 1_000;

export const logsVerb = defineVerb({
  usage: 'logs <tenant>',
  summary: "A tenant's worker and the control plane about it, oldest first",
  options: [
    ['-f, --follow', 'go on with what comes, until Ctrl-C'],
    ['-n, --lines <number>', 'how many, at most 1000 (200)'],
    ['-l, --level <level>', 'debug, info, warn or error, and what is worse'],
  ],
  input: z.strictObject({
    tenant: tenantArgument,
    follow: z.boolean().default(false),
    lines: limitOption(1_000, 200),
    level: listLogsQuerySchema.shape.level,
  }),
  json: z.union([pageOf(logLineSchema), logLineSchema]),
  async run(context, { tenant: called, follow, lines, level }) {
    const { client, answer } = context.api();
    const { id } = await context.findTenant(called);
    const read = async (limit: number) => {
      const query = { limit, ...(level === undefined ? {} : { level }) };
      return answer(
        client.GET('/admin/tenants/{tenantId}/logs', { params: { path: { tenantId: id }, query } }),
      );
    };
    const page = await read(lines);
    const oldestFirst = [...page.items].reverse();
    if (!follow) return { data: page, text: oldestFirst.map((line) => lineText(context, line)).join('\n') };
    for (let seen = print(context, oldestFirst, new Set()); ;) {
      await pause(lookMs, context.signal);
      seen = print(context, (await read(followedLines)).items.reverse(), seen);
    }
  },
});

/** Prints what was not there before; returns what is there now. */
function print(context: Context, lines: readonly LogLine[], seen: ReadonlySet<string>): Set<string> {
  const isFirst = seen.size === 0;
  const present = new Set<string>();
  for (const line of lines) {
    const mark = JSON.stringify(line);
    if (isFirst || !seen.has(mark)) context.line(line, lineText(context, line));
    present.add(mark);
  }
  return present.size === 0 ? new Set(seen) : present;
}

const colours = { error: 'red', fatal: 'red', warn: 'yellow' } as const;

function lineText({ terminal }: Context, { at, level, source, message, fields }: LogLine): string {
  const colour = colours[level as keyof typeof colours];
  const name = level.padEnd(5);
  const particulars = Object.entries(fields)
    .filter(([name]) => !['tenantId', 'pid', 'hostname'].includes(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  return `${clockTime(at)} ${colour ? terminal.style(colour, name) : name} ${source === 'worker' ? 'worker' : 'control'.padEnd(6)} ${printable(message)}${particulars ? `  ${terminal.style('gray', printable(particulars))}` : ''}`;
}
