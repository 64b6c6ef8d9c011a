import type { Logger } from './logger';

/** Tells of an outage once when it begins and once when it ends, however often it is met between. */
export interface OutageLog {
  failed(error: unknown): void;
  worked(): void;
}

/**
 * @param what names the thing in both lines, as a constant: `job queue`
 */
export function createOutageLog(log: Logger, what: string): OutageLog {
  let since: number | null = null;
  return {
    failed(error) {
      if (since !== null) return;
      since = Date.now();
      log.warn({ what, err: error }, 'not reachable; tried again until it is');
    },
    worked() {
      if (since === null) return;
      log.info({ what, outageMs: Date.now() - since }, 'reachable again');
      since = null;
    },
  };
}
