import type { WafleetClient } from '@wafleet/client';
import type { Problem } from '@wafleet/contracts';
import createFetchClient from 'openapi-fetch';

const answerTimeoutMs = 40_000;

/** The control plane through our own server, which adds what a browser must not know. */
export const controlPlane: WafleetClient = createFetchClient({
  baseUrl: '/api',
  fetch: (request: Request) =>
    fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(answerTimeoutMs)]) }),
});

interface Answered<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** What was asked for was refused, or nobody answered. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem | null,
  ) {
    super(problem?.detail ?? problem?.title ?? 'The service does not answer.');
    this.name = 'Refused';
  }

  /** A machine in between is away, rather than that somebody said no. */
  get isOutage(): boolean {
    return this.status === 0 || this.status >= 500;
  }
}

/**
 * What a call answered.
 * @throws Refused; where nobody is signed in any more, the page is left for the sign-in too
 */
export async function answerOf<Data>(call: Promise<Answered<Data>>): Promise<Data> {
  return dataOf(call).catch((error: unknown) => {
    if (error instanceof Refused && error.status === 401) leaveForSignIn();
    throw error;
  });
}

/** The same for pages of who needs no sign-in. @throws Refused */
export async function dataOf<Data>(call: Promise<Answered<Data>>): Promise<Data> {
  const result = await call.catch(() => null);
  if (result === null) throw new Refused(0, null);
  const { data, error, response } = result;
  if (response.ok) return data as Data;
  throw new Refused(response.status, isProblem(error) ? error : null);
}

/** POST to a path that is not in the API's document, such as the sign-in's. @throws Refused */
export function post<Answer>(path: string, body: unknown = {}): Promise<Answer> {
  return request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** GET of such a path. @throws Refused */
export function getJson<Answer>(path: string): Promise<Answer> {
  return request(path, {});
}

async function request<Answer>(path: string, options: RequestInit): Promise<Answer> {
  const signal = AbortSignal.timeout(answerTimeoutMs);
  const response = await fetch(path, { ...options, signal }).catch(() => null);
  if (response === null) throw new Refused(0, null);
  const text = await response.text();
  const answer: unknown = /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : null;
  if (!response.ok) throw new Refused(response.status, isProblem(answer) ? answer : null);
  return answer as Answer;
}

/** The sentence for a person: what happened, then what to do. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Refused)) return 'Something went wrong. Try again.';
  const { problem } = error;
  if (problem === null) return "We can't reach the service. Try again shortly.";
  const fields = (problem.errors ?? []).map(({ field, message }) => `${field}: ${message}`).join('; ');
  return [problem.detail ?? problem.title, fields, problem.action].filter((part) => part).join(' ');
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'title' in value;
}

function leaveForSignIn(): void {
  const here = `${location.pathname}${location.search}`;
  location.assign(`/sign-in?next=${encodeURIComponent(here)}`);
}
