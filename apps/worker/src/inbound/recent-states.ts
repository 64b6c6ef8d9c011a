/** Remembers the states of the newest `limit` keys; older ones are forgotten. */
export class RecentStates {
  private readonly states = new Map<string, string>();

  constructor(private readonly limit: number) {}

  isAt(key: string, state: string): boolean {
    return this.states.get(key) === state;
  }

  note(key: string, state: string): void {
    this.states.delete(key);
    this.states.set(key, state);
    const [oldest] = this.states.keys();
    if (this.states.size > this.limit && oldest !== undefined) this.states.delete(oldest);
  }

  forget(key: string): void {
    this.states.delete(key);
  }
}
