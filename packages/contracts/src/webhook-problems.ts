/** Why an endpoint of a webhook is paused or disabled, or why a delivery was not taken: a sentence for its owner each. */
export const webhookProblems = {
  switched_off: 'It was switched off by hand.',
  gone: 'It answered 410: it wants nothing more.',
  unreachable: 'No connection to it could be made, or it broke.',
  name_not_found: 'The name in its address stands for no server.',
  certificate_refused:
    'Its certificate is not one to trust: expired, for another name, or signed by nobody known.',
  timed_out: 'It did not answer in time.',
  address_refused: 'Its address is not public, or not https.',
  redirected: 'It answered with a redirect, which is not followed; correct the address.',
  server_error: 'It answered that something is wrong on its side.',
  rate_limited: 'It answered that too much is sent.',
  refused: 'It refused this delivery.',
  fails_alone: 'This delivery fails again and again, while others are taken.',
} as const satisfies Record<string, string>;

export type WebhookProblem = keyof typeof webhookProblems;
