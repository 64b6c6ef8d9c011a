import { type ErrorCode, errors, problemSchema } from '@wafleet/contracts';
import type { Route } from '../http/routing/route';
import { errorsOf } from '../http/replies/route-errors';
import type { JsonSchema, JsonSchemas } from './json-schemas';

export interface Problems {
  /** Every answer that was met so far, by the name of its codes. */
  readonly named: Record<string, JsonSchema>;
  /** What this route may be refused with, by status. */
  of(route: Route): Record<number, JsonSchema>;
}

/** Problems as answers of the document. Codes of one status are one answer, written once for all routes that have these. */
export function createProblems(schemas: JsonSchemas): Problems {
  const named: Record<string, JsonSchema> = {};
  const problem = schemas.output(problemSchema);

  const answerWith = (codes: readonly ErrorCode[]): JsonSchema => ({
    description: codes.map((code) => `\`${code}\`: ${errors[code].title}`).join(' '),
    headers: { 'x-request-id': { $ref: '#/components/headers/x-request-id' } },
    content: {
      'application/problem+json': {
        schema: { allOf: [problem, { type: 'object', properties: { code: { enum: codes } } }] },
      },
    },
  });

  return {
    named,
    of(route) {
      const byStatus = new Map<number, ErrorCode[]>();
      for (const code of errorsOf(route)) {
        const { status } = errors[code];
        byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
      }
      const answers = [...byStatus].map(([status, codes]): [number, JsonSchema] => {
        const sorted = codes.sort();
        const name = sorted.join('.');
        named[name] ??= answerWith(sorted);
        return [status, { $ref: `#/components/responses/${name}` }];
      });
      return Object.fromEntries(answers);
    },
  };
}
