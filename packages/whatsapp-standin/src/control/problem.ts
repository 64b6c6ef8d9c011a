import type { ErrorRequestHandler } from 'express';
import { ZodError } from 'zod';
import { Refusal } from '../network/refusal';

interface Problem {
  status: number;
  title: string;
  detail: string;
  /** Which fields of the request are wrong, and how. */
  errors?: { field: string; message: string }[];
  code?: string;
}

/** Every error of the control leaves as problem+json. */
export const problemResponses: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  const problem = problemOf(error);
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
};

function problemOf(error: unknown): Problem {
  if (error instanceof Refusal) {
    return { status: error.status, title: error.title, detail: error.message, code: error.code };
  }
  if (error instanceof ZodError) {
    const errors = error.issues.map((issue) => ({ field: issue.path.join('.'), message: issue.message }));
    const detail = errors.map(({ field, message }) => `${field || 'request'}: ${message}`).join('; ');
    return { status: 400, title: 'Bad request', detail, errors };
  }
  const status = (error as { status?: unknown }).status;
  if (status === 400) return { status, title: 'Bad request', detail: 'The body is not JSON.' };
  if (status === 413) return { status, title: 'Too large', detail: 'The body is too large.' };
  return { status: 500, title: 'The stand-in failed', detail: String(error) };
}
