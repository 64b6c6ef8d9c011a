import type { Command } from 'commander';
import { z } from 'zod';
import { defineVerb, type Verb } from '../verbs/verb';
import { complete } from './complete';

/** Somebody waits with a finger on the key. */
const patienceMs = 2_000;

export function completeVerb(program: () => Command): Verb {
  return defineVerb({
    usage: 'complete [words...]',
    summary: 'What fits after these words, for the scripts of completion',
    isHidden: true,
    passesOptions: true,
    input: z.strictObject({ words: z.array(z.string()).default([]) }),
    json: z.object({ items: z.array(z.string()) }),
    async run(context, { words }) {
      const tenants = async () => {
        const { client, answer } = context.api();
        const { items } = await answer(
          client.GET('/admin/tenants', {
            params: { query: { limit: 200 } },
            signal: AbortSignal.timeout(patienceMs),
          }),
        );
        // A name that a shell would take apart is offered as its id.
        return items.map(({ id, name }) => (/^[\w.-]+$/.test(name) ? name : id));
      };
      // Where nobody answers there is nothing to offer, and nothing to complain about.
      const items = await complete(program(), words, () => tenants().catch(() => []));
      return { data: { items }, text: items.join('\n') };
    },
  });
}
