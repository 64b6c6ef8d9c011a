/** What scripts can tell an end by; docs/cli.md lists them, and a test holds it to this. */
export const exitCodes = {
  done: { code: 0, meaning: 'done' },
  failed: { code: 1, meaning: 'it was tried and failed, or what was asked about is not well' },
  usage: { code: 2, meaning: 'the command was not understood, or nobody could be asked for a yes' },
  unreachable: { code: 3, meaning: 'the control plane does not answer, or is not the active one' },
  refused: { code: 4, meaning: 'no key, a wrong key, or one that does not open this' },
  notFound: { code: 5, meaning: 'no such tenant, message, key or webhook' },
  notNow: { code: 6, meaning: 'not possible in the state that it is in; the text says what is' },
  tooSoon: { code: 7, meaning: 'too often; the text says when again' },
  timedOut: { code: 8, meaning: 'it goes on, but was not over within --timeout' },
  warnings: { code: 9, meaning: 'doctor: everything works, and something should be looked at' },
  interrupted: { code: 130, meaning: 'Ctrl-C' },
} as const;

export type ExitName = keyof typeof exitCodes;
