/**
 * Work of one chat runs one after the other, in order; chats don't wait for each other. A failing piece of work does
 * not stop the next.
 */
export class ChatQueues {
  private readonly tails = new Map<string, Promise<void>>();
  private waiting = 0;

  /** The work's own outcome. */
  run<T>(chatId: string, work: () => Promise<T>): Promise<T> {
    this.waiting += 1;
    const before = this.tails.get(chatId) ?? Promise.resolve();
    const result = before.then(work, work);
    const settle = () => {
      this.waiting -= 1;
      if (this.tails.get(chatId) === tail) this.tails.delete(chatId);
    };
    const tail: Promise<void> = result.then(settle, settle);
    this.tails.set(chatId, tail);
    return result;
  }

  /** Under way and waiting, over all chats. */
  get depth(): number {
    return this.waiting;
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    while (this.tails.size > 0) await Promise.all(this.tails.values());
  }
}
