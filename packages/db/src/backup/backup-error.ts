/** What keeps a database from being backed up or restored; one sentence for an operator, and what to do. */
export class BackupError extends Error {
  constructor(
    message: string,
    readonly action?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'BackupError';
  }
}

/** The same, and it would be possible in another state: a control plane is active, a database is not empty. */
export class NotNowError extends BackupError {}
