/**
 * Remembers what was loaded for a short time, so that a caller who asks many times a second costs one query.
 * What is being loaded when `forget()` is called is not remembered.
 */
export interface ShortMemory<Value> {
  get(key: string, load: () => Promise<Value>): Promise<Value>;
  forget(): void;
}

export function createShortMemory<Value>(options: {
  ttlMs: number;
  /** When there are more, all are forgotten. */
  maxEntries: number;
  now: () => Date;
}): ShortMemory<Value> {
  let entries = new Map<string, { value: Promise<Value>; expiresAt: number }>();

  return {
    get(key, load) {
      const now = options.now().getTime();
      const known = entries.get(key);
      if (known && known.expiresAt > now) return known.value;
      if (entries.size >= options.maxEntries) entries = new Map();
      const own = entries;
      const entry = { value: load(), expiresAt: now + options.ttlMs };
      own.set(key, entry);
      entry.value.catch(() => {
        if (own.get(key) === entry) own.delete(key);
      });
      return entry.value;
    },
    forget() {
      entries = new Map();
    },
  };
}
