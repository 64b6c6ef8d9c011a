import type { SessionEvent } from './session-model';

/** Every event that carries nothing but its kind, for the tests that try them all. */
export const plainEvents = (
  [
    'start',
    'browser_started',
    'page_loaded',
    'qr',
    'pairing_code',
    'pairing_code_renewed',
    'authenticating',
    'syncing',
    'ready',
    'probe_ok',
    'probe_missed',
    'network_lost',
    'network_back',
    'deadline',
    'retry_due',
    'attempts_used_up',
    'client_gone',
  ] as const
).map((kind): SessionEvent => ({ kind }));
