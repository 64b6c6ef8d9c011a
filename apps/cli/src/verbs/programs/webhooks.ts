import {
  createdWebhookSchema,
  pageOf,
  tenantEventTypes,
  webhookDeliveryDetailsSchema,
  webhookDeliverySchema,
  webhookDeliveryStates,
  webhookReplaySchema,
  webhookSchema,
  webhookTestSchema,
} from '@wafleet/contracts';
import { z } from 'zod';
import { exitCodes } from '../../exit-codes';
import { clockTime, howLong } from '../../terminal/moments';
import { table } from '../../terminal/table';
import { limitOption, tenantArgument } from '../arguments';
import { type Context, defineVerb } from '../verb';

const tenant = tenantArgument;
const webhook = z.string().min(1).max(64);

export const listWebhooksVerb = defineVerb({
  usage: 'webhooks list <tenant>',
  summary: "A tenant's webhooks and how they are",
  input: z.strictObject({ tenant }),
  json: z.object({ items: z.array(webhookSchema) }),
  isWatchable: true,
  async run(context, { tenant }) {
    const { client, answer } = context.api();
    const path = { tenantId: (await context.findTenant(tenant)).id };
    const { items } = await answer(client.GET('/admin/tenants/{tenantId}/webhooks', { params: { path } }));
    const rows = items.map((one) => [
      one.state,
      howLong(one.stateSince),
      one.id,
      one.url,
      one.reason?.explanation ?? '',
    ]);
    return {
      data: { items },
      text: rows.length === 0 ? 'No webhooks.' : table(['STATE', 'FOR', 'ID', 'ADDRESS', 'WHY'], rows),
    };
  },
});

export const addWebhookVerb = defineVerb({
  usage: 'webhooks add <tenant> <url>',
  summary: 'Have a program told what happens; the secret that signs is shown this once',
  options: [
    ['--events <types>', 'only these, with commas, as message.received,message.status'],
    ['--description <text>', 'what it is for'],
  ],
  input: z.strictObject({
    tenant,
    url: z.string().max(2_000),
    events: z
      .string()
      .transform((text) => text.split(','))
      .pipe(z.array(z.enum(tenantEventTypes)))
      .optional(),
    description: z.string().max(200).default(''),
  }),
  json: createdWebhookSchema,
  async run(context, { tenant, url, events, description }) {
    const { client, answer } = context.api();
    const path = { tenantId: (await context.findTenant(tenant)).id };
    const body = { url, description, events: events ?? null };
    const made = await answer(client.POST('/admin/tenants/{tenantId}/webhooks', { params: { path }, body }));
    context.remark('The secret is shown this once; give it to the program that checks the signature.');
    return { data: made, text: `${made.id}\n${made.secret}` };
  },
});

export const testWebhookVerb = defineVerb({
  usage: 'webhooks test <tenant> <webhook>',
  summary: 'Send a test at once, and say what came of it',
  input: z.strictObject({ tenant, webhook }),
  json: webhookTestSchema,
  async run(context, { tenant, webhook }) {
    const { client, answer } = context.api();
    const params = { params: { path: await pathOf(context, tenant, webhook) } };
    context.progress('waiting for the answer');
    const outcome = await answer(client.POST('/admin/tenants/{tenantId}/webhooks/{webhookId}/test', params));
    return {
      data: outcome,
      text: outcome.isTaken
        ? `Taken (${outcome.responseCode}).`
        : `Not taken: ${outcome.problem?.explanation ?? `it answered ${outcome.responseCode}`}`,
      exitCode: outcome.isTaken ? 0 : exitCodes.failed.code,
    };
  },
});

const switchVerb = (name: 'enable' | 'disable', isEnabled: boolean, summary: string) =>
  defineVerb({
    usage: `webhooks ${name} <tenant> <webhook>`,
    summary,
    input: z.strictObject({ tenant, webhook }),
    json: webhookSchema,
    async run(context, { tenant, webhook }) {
      const { client, answer } = context.api();
      const path = await pathOf(context, tenant, webhook);
      const changed = await answer(
        client.PATCH('/admin/tenants/{tenantId}/webhooks/{webhookId}', {
          params: { path },
          body: { isEnabled },
        }),
      );
      return { data: changed, text: `${changed.id} is ${changed.state}.` };
    },
  });

export const enableWebhookVerb = switchVerb('enable', true, 'Switch one on again, or end a pause at once');
export const disableWebhookVerb = switchVerb('disable', false, 'Switch one off: nothing is kept for it');

export const removeWebhookVerb = defineVerb({
  usage: 'webhooks remove <tenant> <webhook>',
  summary: 'Remove one with its deliveries',
  input: z.strictObject({ tenant, webhook }),
  json: z.object({ id: z.string(), isRemoved: z.literal(true) }),
  asks: true,
  async run(context, { tenant, webhook }) {
    const { client, answer } = context.api();
    const path = await pathOf(context, tenant, webhook);
    await context.confirm({
      does: `remove ${webhook}: what was not delivered to it is lost`,
      keeps: 'the messages and events themselves, and other webhooks',
    });
    await answer(client.DELETE('/admin/tenants/{tenantId}/webhooks/{webhookId}', { params: { path } }));
    return { data: { id: webhook, isRemoved: true }, text: `${webhook} is removed.` };
  },
});

export const deliveriesVerb = defineVerb({
  usage: 'webhooks deliveries <tenant> <webhook>',
  summary: 'What was and is to be sent to one, newest first',
  options: [
    ['-s, --state <state>', `only these: ${webhookDeliveryStates.join(', ')}`],
    ['-n, --limit <number>', 'how many, at most 200 (50)'],
  ],
  input: z.strictObject({
    tenant,
    webhook,
    state: z
      .string()
      .transform((text) => text.toUpperCase())
      .pipe(z.enum(webhookDeliveryStates))
      .optional(),
    limit: limitOption(200, 50),
  }),
  json: pageOf(webhookDeliverySchema),
  isWatchable: true,
  async run(context, { tenant, webhook, state, limit }) {
    const { client, answer } = context.api();
    const path = await pathOf(context, tenant, webhook);
    const query = { limit, ...(state === undefined ? {} : { state }) };
    const page = await answer(
      client.GET('/admin/tenants/{tenantId}/webhooks/{webhookId}/deliveries', { params: { path, query } }),
    );
    const rows = page.items.map((one) => [
      one.state,
      howLong(one.queuedAt),
      one.event.type,
      String(one.attempts),
      one.responseCode === null ? null : String(one.responseCode),
      one.id,
      one.problem?.explanation ?? '',
    ]);
    return {
      data: page,
      text:
        rows.length === 0
          ? 'No deliveries.'
          : table(['STATE', 'AGO', 'EVENT', 'TRIES', 'ANSWER', 'ID', 'WHY'], rows),
    };
  },
});

export const deliveryVerb = defineVerb({
  usage: 'webhooks delivery <tenant> <webhook> <delivery>',
  summary: 'One of them with its latest attempts: when, how long each took, what came of it',
  input: z.strictObject({ tenant, webhook, delivery: z.string().min(1).max(64) }),
  json: webhookDeliveryDetailsSchema,
  isWatchable: true,
  async run(context, { tenant, webhook, delivery }) {
    const { client, answer } = context.api();
    const path = { ...(await pathOf(context, tenant, webhook)), deliveryId: delivery };
    const shown = await answer(
      client.GET('/admin/tenants/{tenantId}/webhooks/{webhookId}/deliveries/{deliveryId}', {
        params: { path },
      }),
    );
    const rows = shown.attemptLog.map((one) => [
      clockTime(one.at),
      `${one.durationMs} ms`,
      one.responseCode === null ? null : String(one.responseCode),
      one.problem?.explanation ?? '',
    ]);
    const next = shown.nextAttemptAt === null ? '' : `, next in ${howLong(shown.nextAttemptAt)}`;
    const title = `${shown.state}  ${shown.event.type}  ${shown.attempts === 1 ? '1 try' : `${shown.attempts} tries`}${next}`;
    return {
      data: shown,
      text: rows.length === 0 ? title : `${title}\n${table(['TRIED', 'TOOK', 'ANSWER', 'WHY'], rows)}`,
    };
  },
});

export const replayWebhookVerb = defineVerb({
  usage: 'webhooks replay <tenant> <webhook> <since>',
  summary: 'Send everything since a time again, and what was missed for the first time',
  input: z.strictObject({
    tenant,
    webhook,
    since: z.iso.datetime({ offset: true, error: 'must be a time such as 2026-01-31T18:00:00Z' }),
  }),
  json: webhookReplaySchema,
  async run(context, { tenant, webhook, since }) {
    const { client, answer } = context.api();
    const path = await pathOf(context, tenant, webhook);
    const body = { since: new Date(since).toISOString() };
    const done = await answer(
      client.POST('/admin/tenants/{tenantId}/webhooks/{webhookId}/replay', { params: { path }, body }),
    );
    const more = done.nextSince === null ? '' : ` There is more: repeat with ${done.nextSince}.`;
    return { data: done, text: `${done.replayed} are sent again.${more}` };
  },
});

async function pathOf(context: Context, tenant: string, webhookId: string) {
  return { tenantId: (await context.findTenant(tenant)).id, webhookId };
}
