import { createWafleetClient, type WafleetClient } from '@wafleet/client';
import type { Problem } from '@wafleet/contracts';
import type { ExitName } from '../exit-codes';
import { Failure } from '../failure';
import type { Access } from './access';

/** The API as an operator calls it. */
export interface Api {
  client: WafleetClient;
  access: Access;
  /**
   * What the call answers.
   * @throws Failure with the problem's own words and what to do
   */
  answer<Data>(call: Promise<Answer<Data>>): Promise<Data>;
}

interface Answer<Data> {
  data?: Data | undefined;
  error?: unknown;
  response: Response;
}

const answerTimeoutMs = 30_000;

/** @param timeoutMs of a whole answer, its body included */
export function createApi(access: Access, timeoutMs = answerTimeoutMs): Api {
  return {
    client: createWafleetClient({ baseUrl: access.url, key: access.key, timeoutMs }),
    access,
    answer: async (call) => {
      const { data, error, response } = await call.catch((failure: unknown) => {
        throw unreachable(access.url, failure, timeoutMs);
      });
      if (!response.ok) throw failureOf(response, error);
      // An answer without a body (204) has no data, and its type says so.
      return data as never;
    },
  };
}

/** What a refusal means for whoever waits for the command's end. */
export function failureOf(response: Response, error: unknown): Failure {
  const problem = (typeof error === 'object' && error !== null ? error : {}) as Partial<Problem>;
  if (problem.title === undefined)
    return new Failure('failed', {
      title: 'The answer was not understood.',
      detail: `${new URL(response.url).pathname} answered ${response.status}.`,
      action: 'Check that the address is that of a Wafleet control plane.',
    });
  const fields = problem.errors?.map(({ field, message }) => `${field || 'the request'}: ${message}`) ?? [];
  const wait = response.headers.get('retry-after');
  const details = [problem.detail, ...fields, wait === null ? undefined : `Again in ${wait} s.`];
  return new Failure(exitOf(response.status, problem.code ?? ''), {
    title: problem.title,
    detail: details.filter((part) => part !== undefined).join('\n') || undefined,
    action: problem.status === 401 ? keyAction : problem.action,
    ...(problem.code === undefined ? {} : { code: problem.code }),
  });
}

const keyAction =
  'Use a key of an operator (WAFLEET_KEY, or access.json in DATA_DIR); wafleet keys create ADMIN makes one.';

function exitOf(status: number, code: string): ExitName {
  switch (status) {
    case 401:
    case 403:
      return 'refused';
    case 404:
      return 'notFound';
    case 409:
      return 'notNow';
    case 429:
      return 'tooSoon';
    case 400:
    case 413:
    case 415:
    case 422:
      return 'usage';
    default:
      return code === 'STANDBY' || code === 'UNAVAILABLE' ? 'unreachable' : 'failed';
  }
}

export function unreachable(url: string, error: unknown, timeoutMs = answerTimeoutMs): Failure {
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  const why =
    name === 'TimeoutError' ? `no answer in ${timeoutMs / 1_000} s` : (cause?.code ?? 'no connection');
  return new Failure('unreachable', {
    title: 'The control plane does not answer.',
    detail: `${url}: ${why}.`,
    action: 'Start it (npm start, or its service), or see what is in its way: wafleet doctor',
  });
}
