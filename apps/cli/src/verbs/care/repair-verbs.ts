import { tenantStatusViewSchema } from '@wafleet/contracts';
import { z } from 'zod';
import { printable } from '../../terminal/printable';
import { tenantArgument } from '../arguments';
import { defineVerb, type Verb } from '../verb';
import { untilSettled } from './settled';

type SessionAct = 'force-cleanup' | 'reset' | 'reset-reconnect' | 'take-over' | 'accept-number' | 'logout';

/** What one act on a session does and keeps; null asks for nothing, because it can do no harm. */
interface Act {
  path: SessionAct;
  summary: string;
  plan: { does: string; keeps: string } | null;
  goal: Parameters<typeof untilSettled>[3] | null;
}

const acts: Record<string, Act> = {
  clean: {
    path: 'force-cleanup',
    summary: 'End every process, lock and temp file of a tenant, keep its login, and start it again',
    plan: {
      does: 'ends its worker and browser by force, and removes its locks and temp files',
      keeps: 'its login, messages, keys and webhooks; no scan is needed',
    },
    goal: 'replaced',
  },
  reset: {
    path: 'reset',
    summary: 'Sign a tenant out and begin anew with a fresh code',
    plan: {
      does: 'signs it out at WhatsApp, sets its profile aside, and needs a scan by its owner to work again',
      keeps:
        'its messages, keys and webhooks; a snapshot where WhatsApp can not be told; other tenants are not touched',
    },
    goal: 'fresh code',
  },
  logout: {
    path: 'logout',
    summary: 'End the link to the phone; a start shows a new code',
    plan: {
      does: 'signs it out at WhatsApp; a scan by its owner is needed to work again',
      keeps: 'its messages, keys and webhooks',
    },
    goal: null,
  },
  'reset-reconnect': {
    path: 'reset-reconnect',
    summary: 'Forget failed attempts, and try at once what waits for its turn',
    plan: null,
    goal: 'running',
  },
  'take-over': {
    path: 'take-over',
    summary: 'WhatsApp was opened elsewhere: use it here',
    plan: null,
    goal: 'running',
  },
  'accept-number': {
    path: 'accept-number',
    summary: 'Another number was linked: it may stay',
    plan: {
      does: 'cancels what was queued under the former number',
      keeps: 'the link to the number of now, and all messages that were stored',
    },
    goal: null,
  },
};

export const repairVerbs: Verb[] = Object.entries(acts).map(([name, act]) =>
  defineVerb({
    usage: `${name} <tenant>`,
    summary: act.summary,
    input: z.strictObject({ tenant: tenantArgument }),
    json: tenantStatusViewSchema,
    waits: act.goal !== null,
    asks: act.plan !== null,
    async run(context, { tenant: called }) {
      const { client, answer } = context.api();
      const tenant = await context.findTenant(called);
      if (act.plan !== null)
        await context.confirm({
          does: `${name} ${printable(tenant.name)} (${tenant.id}): ${act.plan.does}`,
          keeps: act.plan.keeps,
        });
      const params = { params: { path: { tenantId: tenant.id } } };
      const before = await answer(client.GET('/admin/tenants/{tenantId}/status', params));
      const after = await answer(client.POST(`/admin/tenants/{tenantId}/session/${act.path}`, params));
      const goal = after.desiredState === 'STOPPED' ? null : act.goal;
      const { view, line, exitCode } = await untilSettled(
        goal === null ? { ...context, waitMs: 0 } : context,
        tenant,
        before,
        goal ?? 'running',
      );
      return { data: view, text: line, exitCode };
    },
  }),
);
