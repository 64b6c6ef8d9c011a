import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

export interface JsonSchemas {
  /** Every schema with a name of its own that was met so far, by its name. */
  readonly named: Record<string, JsonSchema>;
  /** What callers send. */
  input(schema: z.ZodType): JsonSchema;
  /** What they get. */
  output(schema: z.ZodType): JsonSchema;
}

/** Contracts' schemas as JSON Schema 2020-12. Those with an id are written once, and named where they are used. */
export function createJsonSchemas(): JsonSchemas {
  const named: Record<string, JsonSchema> = {};

  /** Rows share their schemas, and translating one takes milliseconds. */
  const known = { input: new Map<z.ZodType, JsonSchema>(), output: new Map<z.ZodType, JsonSchema>() };

  const translated = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema => {
    const own = known[io].get(schema) ?? translate(schema, io);
    known[io].set(schema, own);
    return own;
  };

  const translate = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema => {
    const {
      $schema: _dialect,
      $defs = {},
      ...own
    } = relocated(
      z.toJSONSchema(schema, {
        io,
        unrepresentable: 'any',
        override: ({ jsonSchema }) => simplify(jsonSchema, io),
      }),
    );
    for (const [name, definition] of Object.entries($defs as Record<string, JsonSchema>)) {
      const before = named[name];
      if (before && JSON.stringify(before) !== JSON.stringify(definition)) {
        throw new Error(`Two schemas have the name ${name}.`);
      }
      named[name] = definition;
    }
    return own;
  };

  return {
    named,
    input: (schema) => translated(schema, 'input'),
    output: (schema) => translated(schema, 'output'),
  };
}

/** Formats whose pattern says nothing more, at length. */
const knownFormats = ['date-time', 'email', 'ipv4', 'ipv6'];

function simplify(schema: JsonSchema, io: 'input' | 'output'): void {
  const { format } = schema;
  if (knownFormats.includes(format as string)) delete schema['pattern'];
  // Of zod's own making; the pattern beside it says it.
  else if (format === 'cidrv4' || format === 'cidrv6') delete schema['format'];
  if (schema['maximum'] === Number.MAX_SAFE_INTEGER) delete schema['maximum'];
  if (schema['minimum'] === Number.MIN_SAFE_INTEGER) delete schema['minimum'];
  // What is answered may grow; what is sent may not hold more.
  if (io === 'output' && schema['additionalProperties'] === false) delete schema['additionalProperties'];
}

function relocated(schema: object): JsonSchema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonSchema;
}
