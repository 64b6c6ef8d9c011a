/**
 * Why no connection came about: the proxy itself is in the way, or it works and can't reach what it was asked for.
 * `detail` is one clause for an operator, free of addresses and credentials.
 */
export interface ConnectFailure {
  at: 'proxy' | 'target';
  detail: string;
}

export class ConnectError extends Error {
  constructor(readonly failure: ConnectFailure) {
    super(failure.detail);
    this.name = 'ConnectError';
  }
}

/** What a proxy says by an HTTP status other than 2xx. */
export function failureOfStatus(status: number): ConnectFailure {
  if (status === 407) return refusedCredentials;
  if (status >= 500)
    return { at: 'target', detail: `the proxy can not reach WhatsApp (it answers ${status})` };
  return { at: 'proxy', detail: `the proxy does not forward this connection (it answers ${status})` };
}

/** What a system call, or the library that speaks SOCKS5, failed with. */
export function failureOfError(error: unknown): ConnectFailure {
  if (error instanceof ConnectError) return error.failure;
  const { code, message } = error as { code?: unknown; message?: unknown };
  const text = `${String(code)} ${String(message)}`;
  return patterns.find(([pattern]) => pattern.test(text))?.[1] ?? broke;
}

export const timedOut: ConnectFailure = { at: 'proxy', detail: 'the proxy does not answer in time' };
const refusedCredentials: ConnectFailure = { at: 'proxy', detail: 'the proxy refuses the credentials' };
const broke: ConnectFailure = { at: 'proxy', detail: 'the proxy breaks the connection off' };

/** The texts are of socks 2.8. */
const patterns: [RegExp, ConnectFailure][] = [
  [/ECONNREFUSED/, { at: 'proxy', detail: 'the proxy refuses connections' }],
  [/ENOTFOUND|EAI_AGAIN/, { at: 'proxy', detail: 'the name of the proxy is not known' }],
  [
    /EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL/,
    { at: 'proxy', detail: 'there is no way to the address of the proxy' },
  ],
  [/ETIMEDOUT|ABORT_ERR|timed out/i, timedOut],
  [/Authentication failed|no accepted authentication type/i, refusedCredentials],
  [
    /rejected connection - (?:NotAllowed|CommandNotSupported|AddressNotSupported)/,
    { at: 'proxy', detail: 'the proxy does not forward this connection' },
  ],
  [/rejected connection/, { at: 'target', detail: 'the proxy can not reach WhatsApp' }],
];
