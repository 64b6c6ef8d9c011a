/** Exit codes of a worker; anything else is a crash. */
export const workerExit = {
  /** It was asked to stop. */
  stopped: 0,
  /** The control plane refused it: a newer generation runs, or its token is void. */
  refused: 10,
  /** The session waits for a person; reported over the link before. */
  parked: 11,
  /** The settings file can't be used; the message is on stderr. */
  badSettings: 12,
  /** No link for longer than its settings allow: nobody watches it, and another may have been started. */
  linkLost: 13,
} as const;

export type WorkerExitCode = (typeof workerExit)[keyof typeof workerExit];
