/** Remembers the newest `limit` keys; older ones are forgotten. */
export class RecentKeys {
  private readonly keys = new Set<string>();

  constructor(private readonly limit: number) {}

  has(key: string): boolean {
    return this.keys.has(key);
  }

  add(key: string): void {
    this.keys.add(key);
    const [oldest] = this.keys;
    if (this.keys.size > this.limit && oldest !== undefined) this.keys.delete(oldest);
  }
}
