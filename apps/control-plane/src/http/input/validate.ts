import { AppError, type FieldError } from '@wafleet/contracts';
import { z } from 'zod';
import type { Route } from '../routing/route';

export interface RawRequest {
  params: unknown;
  query: unknown;
  headers: unknown;
  /** `undefined` when the request has none. */
  body: unknown;
}

interface ValidRequest {
  params: unknown;
  query: unknown;
  headers: unknown;
  body: unknown;
}

type Part = keyof RawRequest;

/**
 * Every part of the request in the shape its schema promises.
 * @throws AppError INVALID_INPUT naming every wrong field of every part; NOT_FOUND where an id can't be one
 */
export function validateRequest(route: Route, raw: RawRequest): ValidRequest {
  const wrong: FieldError[] = [];
  const parse = (part: Part, value: unknown): unknown => {
    const result = route[part].safeParse(value);
    if (result.success) {
      const broken = brokenText(result.data);
      if (broken.length > 0 && part === 'params') throw new AppError('NOT_FOUND');
      wrong.push(...broken);
      return result.data;
    }
    for (const issue of result.error.issues) {
      if (issue.code === 'custom' && issue.params?.isUnknownId) throw new AppError('NOT_FOUND');
      wrong.push(...fieldErrors(issue));
    }
    return undefined;
  };
  const valid = {
    params: parse('params', raw.params),
    query: parse('query', raw.query),
    headers: parse('headers', raw.headers),
    // A missing body is an empty one, so that its missing fields are named.
    body: parse('body', raw.body === undefined ? {} : raw.body),
  };
  if (wrong.length > 0) throw new AppError('INVALID_INPUT', { fields: wrong });
  return valid;
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: [...path, key].join('.'), message: 'is not a known field' }));
  }
  return [{ field: path.join('.'), message: issue.message }];
}

/** Text that Postgres can't hold: the NUL character, and halves of surrogate pairs. */
const unstorable = /\0|\p{Surrogate}/u;

function brokenText(value: unknown, path: string[] = []): FieldError[] {
  if (typeof value === 'string') {
    return unstorable.test(value)
      ? [{ field: path.join('.'), message: 'must not hold NUL or half a character' }]
      : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => brokenText(inner, [...path, key]));
}
