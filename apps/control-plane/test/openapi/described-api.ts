import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

export type Schema = Record<string, any>;

export interface Operation {
  id: string;
  method: string;
  path: string;
  scope: string | undefined;
  /** The name of the API: `admin`, `portal`, `v1`, `health`. */
  tag: string;
  parameters: { name: string; in: 'path' | 'query' | 'header'; required?: boolean; schema: Schema }[];
  /** Undefined where it takes no JSON. */
  body: Schema | undefined;
  takesBytes: boolean;
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

export interface Answer {
  status: number;
  type: string;
  /** The parsed JSON; undefined where it is none. */
  json: unknown;
}

/** An OpenAPI document as its reader has it: operations, and what their answers must be. */
export function createDescribedApi(document: Schema) {
  const ajv = new Ajv2020({ strict: false, logger: false });
  addFormats(ajv);
  // As strict as can be: what is answered today is all named, whatever it may grow to.
  const strict = closed(document) as Schema;
  ajv.addSchema(strict, 'api');
  const validators = new WeakMap<Schema, ValidateFunction>();
  const validatorOf = (schema: Schema): ValidateFunction => {
    const text = JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/');
    const validator = validators.get(schema) ?? ajv.compile(JSON.parse(text) as Schema);
    validators.set(schema, validator);
    return validator;
  };

  return {
    operations: operationsOf(strict),
    resolve: (schema: Schema): Schema =>
      typeof schema['$ref'] === 'string' ? at(document, schema['$ref']) : schema,
    /** Whether a body is one that the document allows. */
    allowsBody: ({ body: schema }: Operation, body: unknown): boolean =>
      validatorOf(schema ?? {})(body) === true,
    /** What is wrong with an answer; null where it is as the document says. */
    judge({ responses }: Operation, { status, type, json }: Answer): string | null {
      const response = responses[status];
      if (!response) return `status ${status} is not in the document`;
      if (!response.content) return type === '' ? null : `a body of ${type} is not in the document`;
      const mediaType = type.split(';')[0] as string;
      const content = response.content[mediaType] ?? response.content['*/*'];
      if (!content) return `the type ${mediaType} is not in the document`;
      if (json === undefined) return null;
      const validate = validatorOf(content.schema);
      return validate(json) ? null : ajv.errorsText(validate.errors);
    },
  };
}

export type DescribedApi = ReturnType<typeof createDescribedApi>;

function operationsOf(document: Schema): Operation[] {
  return Object.entries(document['paths'] as Schema).flatMap(([path, methods]) =>
    Object.entries(methods as Schema).map(([method, row]) => ({
      id: row.operationId,
      method,
      path,
      scope: row['x-scope'],
      tag: row.tags[0],
      parameters: (row.parameters ?? []).map((one: Schema) =>
        one['$ref'] ? at(document, one['$ref']) : one,
      ),
      body: row.requestBody?.content['application/json']?.schema,
      takesBytes: '*/*' in (row.requestBody?.content ?? {}),
      responses: Object.fromEntries(
        Object.entries(row.responses as Schema).map(([status, one]) => [
          status,
          one['$ref'] ? at(document, one['$ref']) : one,
        ]),
      ),
    })),
  );
}

function at(document: Schema, ref: string): Schema {
  return ref
    .slice(2)
    .split('/')
    .reduce<Schema>((node, part) => node[part.replaceAll('~1', '/').replaceAll('~0', '~')], document);
}

/** Problems alone carry members of their own. */
function closed(node: unknown, name = ''): unknown {
  if (Array.isArray(node)) return node.map((one) => closed(one));
  if (typeof node !== 'object' || node === null || name === 'application/problem+json' || name === 'Problem')
    return node;
  const copy: Schema = Object.fromEntries(
    Object.entries(node).map(([key, value]): [string, unknown] => [key, closed(value, key)]),
  );
  const isOpenObject = copy['type'] === 'object' && 'properties' in copy && !('additionalProperties' in copy);
  return isOpenObject ? { ...copy, additionalProperties: false } : copy;
}
