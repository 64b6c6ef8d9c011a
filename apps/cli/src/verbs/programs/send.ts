import { type Message, messageSchema } from '@wafleet/contracts';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { exitCodes } from '../../exit-codes';
import { tenantArgument } from '../arguments';
import { defineVerb } from '../verb';
import { waitFor } from '../wait';

/** The server has it. */
const sent: readonly Message['status'][] = ['SENT', 'DELIVERED', 'READ'];
const failed: readonly Message['status'][] = ['FAILED', 'EXPIRED', 'CANCELLED', 'UNCERTAIN'];

export const sendVerb = defineVerb({
  usage: 'send <tenant> <chat> <words...>',
  summary: "Send a text, and wait for WhatsApp's acknowledgement",
  options: [['--once <key>', 'repeats with the same key send nothing twice']],
  input: z.strictObject({
    tenant: tenantArgument,
    chat: z.string().min(1).max(100),
    words: z.array(z.string()).min(1),
    once: z
      .string()
      .min(1)
      .max(200)
      .default(() => randomUUID()),
  }),
  json: messageSchema,
  waits: true,
  async run(context, { tenant: called, chat, words, once }) {
    const { client, answer } = context.api();
    const tenant = await context.findTenant(called);
    const path = { tenantId: tenant.id };
    const queued = await answer(
      client.POST('/admin/tenants/{tenantId}/messages', {
        params: { path, header: { 'idempotency-key': once } },
        body: { type: 'text', chatId: chat, body: words.join(' ') },
      }),
    );
    const { seen: message, isOver } = await waitFor(
      context,
      () =>
        answer(
          client.GET('/admin/tenants/{tenantId}/messages/{messageId}', {
            params: { path: { ...path, messageId: queued.id } },
          }),
        ),
      ({ status }) => sent.includes(status) || failed.includes(status),
      ({ status }) => `${queued.id}: ${status}`,
    );
    const why = message.error === null ? '' : `: ${message.error.message}`;
    const goesOn = isOver ? '' : ' (it is sent as soon as it can be)';
    return {
      data: message,
      text: `${message.status}  ${message.id}${why}${goesOn}`,
      exitCode: failed.includes(message.status)
        ? exitCodes.failed.code
        : isOver || context.waitMs === 0
          ? 0
          : exitCodes.timedOut.code,
    };
  },
});
