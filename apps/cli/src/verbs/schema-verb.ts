import { z } from 'zod';
import { defineVerb, type Verb } from './verb';

/** @param verbs all of them */
export function schemaVerb(verbs: () => readonly Verb[]): Verb {
  return defineVerb({
    usage: 'schema [verb...]',
    summary: 'The JSON schema of what a verb prints with --json',
    input: z.strictObject({ verb: z.array(z.string()).max(2).default([]) }),
    json: z.record(z.string(), z.unknown()),
    async run(_context, { verb }) {
      const called = verb.join(' ');
      const found = verbs().filter(({ usage }) => called === '' || nameOf(usage) === called);
      z.string()
        .refine(() => found.length > 0, 'is no verb')
        .parse(called);
      const schemas = Object.fromEntries(
        found.map(({ usage, json }) => [
          nameOf(usage),
          z.toJSONSchema(json, { io: 'output', unrepresentable: 'any' }),
        ]),
      );
      const data = called === '' ? schemas : schemas[called];
      return { data, text: JSON.stringify(data, null, 2) };
    },
  });
}

/** `keys list` of `keys list` and its arguments. */
export function nameOf(usage: string): string {
  return usage.replace(/ [<[].*$/, '');
}
