/** Something a person can put right; the message says what and how, in a sentence or two, and is shown without a stack. */
export class StackError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StackError';
  }
}
