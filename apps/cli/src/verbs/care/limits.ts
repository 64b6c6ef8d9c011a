import { type Tenant, tenantLimitsSchema, tenantSchema } from '@wafleet/contracts';
import { z } from 'zod';
import { megabytes } from '../../terminal/moments';
import { facts } from '../../terminal/table';
import { tenantArgument } from '../arguments';
import { defineVerb } from '../verb';

const mebibyte = 1024 * 1024;
const number = z.coerce.number({ error: 'must be a number' });
const { cpus, pids } = tenantLimitsSchema.shape;

export const limitsVerb = defineVerb({
  usage: 'limits <tenant>',
  summary: 'What a tenant may use at most; with options, its own limits',
  details:
    'Containers are held to all of them: a worker that runs makes way for a new one in a quiet moment. A process is replaced\n' +
    'before it comes to its memory, and not held to the others.',
  options: [
    ['--memory <MiB>', 'memory of worker and browser together'],
    ['--cpus <number>', 'processors'],
    ['--pids <number>', 'processes and threads'],
    ['--none', 'none of its own: as the installation says'],
  ],
  input: z
    .strictObject({
      tenant: tenantArgument,
      memory: number.int('must be whole MiB').min(192).max(65_536).optional(),
      cpus: number.pipe(cpus.unwrap().unwrap()).optional(),
      pids: number.pipe(pids.unwrap().unwrap()).optional(),
      none: z.boolean().default(false),
    })
    .refine(
      ({ none, memory, cpus: processors, pids: processes }) => !none || !(memory ?? processors ?? processes),
      {
        error: '--none goes with no other option',
      },
    ),
  json: tenantSchema,
  async run(context, { tenant: called, none, memory, ...others }) {
    const found = await context.findTenant(called);
    const given = { ...others, ...(memory === undefined ? {} : { memoryBytes: memory * mebibyte }) };
    const asked = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const changes = none || Object.keys(asked).length > 0;
    if (!changes) return { data: found, text: textOf(found) };
    const { client, answer } = context.api();
    const changed = await answer(
      client.PATCH('/admin/tenants/{tenantId}', {
        params: { path: { tenantId: found.id } },
        body: { limits: none ? null : { ...found.limits, ...asked } },
      }),
    );
    const tenant = changed;
    return { data: tenant, text: textOf(tenant) };
  },
});

function textOf({ limits }: Tenant): string {
  const asInstalled = 'as the installation says';
  const memory = limits?.memoryBytes;
  return facts([
    ['memory', memory == null ? asInstalled : megabytes(memory)],
    ['processors', limits?.cpus == null ? asInstalled : String(limits.cpus)],
    ['processes', limits?.pids == null ? asInstalled : String(limits.pids)],
  ]);
}
