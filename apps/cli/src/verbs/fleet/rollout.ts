import {
  createRolloutSchema,
  type Rollout,
  rolloutItemSchema,
  rolloutItemStates,
  rolloutSchema,
} from '@wafleet/contracts';
import { z } from 'zod';
import { exitCodes } from '../../exit-codes';
import { Failure } from '../../failure';
import { howLong } from '../../terminal/moments';
import { facts, table } from '../../terminal/table';
import { type Context, defineVerb, type Verb } from '../verb';

const { version, canaries, atOnce, maxFailures } = createRolloutSchema.shape;
const whole = z.coerce.number({ error: 'must be a number' });

export const startRolloutVerb = defineVerb({
  usage: 'rollout start [version]',
  summary: 'Bring another build of the worker to all tenants, some first; by default the configured one',
  details:
    'The version is a tag of the worker’s image, or the name of a folder in WORKER_RELEASES_DIR. It stops by itself where\n' +
    'tenants fail with it. Tenants that wait for a scan are left alone; they take it with their next start.',
  options: [
    ['--canaries <number>', 'so many tenants get it first (1)'],
    ['--at-once <number>', 'how many may be starting it at the same time (2)'],
    ['--watch-for <seconds>', 'how long each is watched once it is connected again (300)'],
    ['--max-failures <number>', 'with more failures it stops by itself (0)'],
  ],
  input: z.strictObject({
    version,
    canaries: whole.pipe(canaries.unwrap()).optional(),
    atOnce: whole.pipe(atOnce.unwrap()).optional(),
    watchFor: whole.pipe(createRolloutSchema.shape.watchSeconds.unwrap()).optional(),
    maxFailures: whole.pipe(maxFailures.unwrap()).optional(),
  }),
  json: rolloutSchema,
  async run(context, { watchFor, ...input }) {
    const { client, answer } = context.api();
    const given = { ...input, watchSeconds: watchFor };
    const body = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const rollout = await answer(client.POST('/admin/rollouts', { body: createRolloutSchema.parse(body) }));
    context.remark('It goes on by itself: wafleet rollout status --watch');
    return { data: rollout, text: textOf(rollout as Rollout, context) };
  },
});

export const rolloutStatusVerb = defineVerb({
  usage: 'rollout status',
  summary: 'How far the newest rollout is, and what came of it for each tenant that has got it',
  input: z.strictObject({}),
  json: rolloutSchema.extend({ items: z.array(rolloutItemSchema) }),
  isWatchable: true,
  async run(context) {
    const { client, answer } = context.api();
    const rollout = await newest(context);
    const params = { path: { rolloutId: rollout.id }, query: { limit: 200 } };
    const { items } = await answer(client.GET('/admin/rollouts/{rolloutId}/items', { params }));
    const rows = items
      .filter(({ state }) => state !== 'WAITING')
      .map(({ state, isCanary, tenantName, begunAt, outcome }) => [
        state,
        begunAt === null ? null : howLong(begunAt),
        isCanary ? `${tenantName} (canary)` : tenantName,
        outcome ?? '',
      ]);
    const listed = rows.length === 0 ? '' : `\n\n${table(['STATE', 'SINCE', 'TENANT', 'OUTCOME'], rows)}`;
    return {
      data: { ...rollout, items },
      text: textOf(rollout, context) + listed,
      ...(rollout.state === 'STOPPED' ? { exitCode: exitCodes.failed.code } : {}),
    };
  },
});

export const rolloutVerbs: readonly Verb[] = [
  startRolloutVerb,
  rolloutStatusVerb,
  changeVerb('pause', 'Bring the build to no further tenant, until it is resumed or taken back'),
  changeVerb('resume', 'Go on with it; failures so far are not counted again'),
  changeVerb('back', 'Bring the build before back to every tenant that has got this one'),
];

function changeVerb(act: 'pause' | 'resume' | 'back', summary: string): Verb {
  return defineVerb({
    usage: `rollout ${act}`,
    summary,
    input: z.strictObject({}),
    json: rolloutSchema,
    async run(context) {
      const { client, answer } = context.api();
      const params = { path: { rolloutId: (await newest(context)).id } };
      const rollout = await answer(client.POST(`/admin/rollouts/{rolloutId}/${act}`, { params }));
      return { data: rollout, text: textOf(rollout, context) };
    },
  });
}

async function newest(context: Context): Promise<Rollout> {
  const { client, answer } = context.api();
  const page = await answer(client.GET('/admin/rollouts', { params: { query: { limit: 1 } } }));
  const [rollout] = page.items;
  if (rollout === undefined)
    throw new Failure('notNow', {
      title: 'There was no rollout yet.',
      action: 'wafleet rollout start begins one.',
    });
  return rollout as Rollout;
}

const colours = { STOPPED: 'red', PAUSED: 'yellow', DONE: 'green' } as const;

function textOf(rollout: Rollout, { terminal }: Context): string {
  const { state, from, to, by, createdAt, counts, stopDetail } = rollout;
  const colour = colours[state as keyof typeof colours];
  return facts([
    ['rollout', colour === undefined ? state : terminal.style(colour, state)],
    ['why', stopDetail],
    ['build', `${to.name} ${shortId(to.id)}`],
    ['before', from === null ? 'none that could be gone back to' : `${from.name} ${shortId(from.id)}`],
    ['by', `${by}, ${howLong(createdAt)} ago`],
    [
      'tenants',
      rolloutItemStates.flatMap((one) => (counts[one] ? [`${counts[one]} ${one}`] : [])).join(', '),
    ],
    ['next', nextOf(rollout)],
  ]);
}

function nextOf({ state, from }: Rollout): string | null {
  if (state === 'STOPPED' || state === 'PAUSED')
    return `wafleet rollout resume${from === null ? '' : ', or wafleet rollout back'}`;
  return state === 'DONE' && from !== null ? 'wafleet rollout back takes it back' : null;
}

const shortId = (id: string) => id.replace(/^sha256:/, '').slice(0, 12);
