import type Docker from 'dockerode';
import { withDeadline } from '@wafleet/runtime';
import { DriverError } from '../worker-driver';

/**
 * The engine behind deadlines. Every call ends in time; where the engine does not answer, it is not asked again for a
 * moment, so that looking at a hundred tenants costs one deadline and not a hundred.
 */
export interface Engine {
  /**
   * @throws DriverError engine_unreachable when no answer came
   * @throws EngineRefusal when the engine said no
   */
  ask<T>(
    what: string,
    call: (docker: Docker, signal: AbortSignal) => Promise<T>,
    timeoutMs?: number,
  ): Promise<T>;
  /** False from a call without an answer to the next one with. */
  isReachable(): boolean;
}

/** The engine answered, with a status that is no success. */
export class EngineRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'EngineRefusal';
  }
}

/** Without an answer, the next question waits this long. */
const pauseMs = 2_000;

/** @param options.host `unix:///var/run/docker.sock`, or `http://127.0.0.1:2375` */
export function createEngine(options: { host: string; now: () => number; answerTimeoutMs?: number }): Engine {
  const { answerTimeoutMs = 10_000 } = options;
  let docker: Promise<Docker> | null = null;
  let failure: { at: number; error: DriverError } | null = null;

  return {
    async ask(what, call, timeoutMs = answerTimeoutMs) {
      if (failure !== null && options.now() - failure.at < pauseMs) throw failure.error;
      const abort = new AbortController();
      try {
        docker ??= connect(options.host);
        const answer = await withDeadline(call(await docker, abort.signal), timeoutMs, what);
        failure = null;
        return answer;
      } catch (cause) {
        const status = statusOf(cause);
        if (status === null) {
          const error = unreachable(options.host, cause);
          failure = { at: options.now(), error };
          throw error;
        }
        failure = null;
        throw new EngineRefusal(status, `${what}: ${messageOf(cause)}`, { cause });
      } finally {
        abort.abort();
      }
    },
    isReachable: () => failure === null,
  };
}

/** Loaded when it is used: a fleet of processes does without. */
async function connect(host: string): Promise<Docker> {
  const { default: Client } = await import('dockerode');
  const url = new URL(host);
  if (url.protocol === 'unix:') return new Client({ socketPath: url.pathname });
  const port = url.port === '' ? 2375 : Number(url.port);
  return new Client({ protocol: 'http', host: url.hostname, port });
}

function statusOf(cause: unknown): number | null {
  const status = (cause as { statusCode?: unknown }).statusCode;
  return typeof status === 'number' ? status : null;
}

function messageOf(cause: unknown): string {
  const { json, message } = cause as { json?: { message?: string }; message?: string };
  return json?.message ?? message ?? 'no reason given';
}

function unreachable(host: string, cause: unknown): DriverError {
  const { code, name } = cause as { code?: string; name?: string };
  const why = code ?? (name === 'DeadlineError' ? 'no answer in time' : 'it broke off');
  return new DriverError('engine_unreachable', `The container engine at ${host} can't be asked: ${why}.`, {
    cause,
  });
}
