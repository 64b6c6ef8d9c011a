import fc from 'fast-check';
import type { Schema } from './described-api';

/** What strangers send: what ends strings, fields, paths, numbers, and patience. */
const hostileTexts = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud83d',
  '\u202e\u0301',
  '../../etc/passwd',
  '..%2f..%2f',
  "'; DROP TABLE tenants; --",
  '${7*7}{{7*7}}',
  '<script>alert(1)</script>',
  '__proto__',
  'constructor',
  '\r\nx-injected: 1',
  'null',
  'NaN',
  '-1',
  '9'.repeat(400),
  '𝒳'.repeat(100),
  '%',
  '%00',
  '*',
];
export const hostileText = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom(null, true, 0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER, [], {}, [[[[]]]], ['a', null]),
  fc.constant(JSON.parse('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{}}}')),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Values by the names of fields, where a schema alone says too little to get far. */
export interface Known {
  texts: Record<string, readonly string[]>;
}

/** What fits a schema, as far as it says. */
export function fitting(
  schema: Schema,
  resolve: (schema: Schema) => Schema,
  known: Known,
  name = '',
): fc.Arbitrary<unknown> {
  const of = (inner: Schema, innerName = name) => fitting(inner, resolve, known, innerName);
  const own = resolve(schema);
  const variants: Schema[] | undefined = own['oneOf'] ?? own['anyOf'];
  if (variants) return fc.oneof(...variants.map((variant) => of(variant)));
  if ('const' in own) return fc.constant(own['const']);
  if (own['enum']) return fc.constantFrom(...(own['enum'] as unknown[]));
  if (Array.isArray(own['type'])) return fc.oneof(...own['type'].map((type: string) => of({ ...own, type })));
  switch (own['type']) {
    case 'string':
      return fittingText(own, known.texts[name]);
    case 'integer':
      return fc.integer({
        min: own['minimum'] ?? -1_000,
        max: Math.min(own['maximum'] ?? 1_000_000, 2 ** 31 - 1),
      });
    case 'number':
      return fc.double({ min: own['minimum'] ?? -1e9, max: own['maximum'] ?? 1e9, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(of(own['items']), {
        minLength: own['minItems'] ?? 0,
        maxLength: Math.min(own['maxItems'] ?? 3, 3),
      });
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries((own['properties'] ?? {}) as Schema).map(([key, inner]) => [
            key,
            of(inner as Schema, key),
          ]),
        ),
        { requiredKeys: (own['required'] ?? []) as never[] },
      );
    default:
      return fc.constant('any');
  }
}

function fittingText(schema: Schema, known: readonly string[] | undefined): fc.Arbitrary<string> {
  if (known) return fc.constantFrom(...known);
  const { format, pattern } = schema;
  if (format === 'date-time') {
    const [min, max] = [new Date('2000-01-01T00:00:00Z'), new Date('2100-01-01T00:00:00Z')];
    return fc.date({ min, max, noInvalidDate: true }).map((date) => date.toISOString());
  }
  if (format === 'ipv4') return fc.ipV4();
  if (format === 'ipv6') return fc.ipV6();
  if (format === 'email') return fc.emailAddress();
  if (pattern) return fc.constantFrom('203.0.113.0/24', '2001:db8::/32', 'a');
  return fc.string({
    minLength: schema['minLength'] ?? 0,
    maxLength: Math.min(schema['maxLength'] ?? 40, 40),
  });
}

/** Of a fitting object one field taken away, replaced or added; or something else altogether. */
export function spoilt(good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const changed = fc
    .tuple(good, fc.nat(), fc.constantFrom('drop', 'replace', 'add'), hostileText, hostileValue)
    .map(([value, place, how, key, bad]) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return bad;
      const entries = Object.entries(value);
      if (how === 'add' || entries.length === 0) return Object.fromEntries([...entries, [key, bad]]);
      const index = place % entries.length;
      return Object.fromEntries(
        how === 'drop'
          ? entries.filter((_, at) => at !== index)
          : entries.map((entry, at) => (at === index ? [entry[0], bad] : entry)),
      );
    });
  return fc.oneof({ weight: 4, arbitrary: changed }, { weight: 1, arbitrary: hostileValue });
}
