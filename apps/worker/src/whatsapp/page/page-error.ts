/** A call into the page failed or did not end in time. The text is scrubbed. */
export class PageError extends Error {
  constructor(
    message: string,
    /** The page had not been asked to send yet. */
    readonly nothingSent: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'PageError';
  }

  /** The page was loaded anew and can't be used yet; says nothing about what was asked of it. */
  get isOfUnreadyPage(): boolean {
    return this.message.includes('the page is not ready');
  }
}
