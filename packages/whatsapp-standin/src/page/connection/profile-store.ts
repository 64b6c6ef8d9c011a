const widKey = 'last-wid-md';
const databaseName = 'signal-storage';
const storeName = 'device';
const recordKey = 'self';

interface DeviceRecord {
  token: string;
  counter: number;
}

/**
 * What makes a browser profile a linked device: `last-wid-md` in localStorage and the token in IndexedDB. One without
 * the other is no device. Next to the token lies a counter that every use moves on, as a ratchet does; it is on disk
 * before its value is used, so that only a profile that was really rolled back comes with an old one.
 */
export class ProfileStore {
  private record: DeviceRecord | undefined;
  private storedCounter = 0;
  private storing: Promise<void> | undefined;
  private database: Promise<IDBDatabase> | undefined;

  /** The token of the linked device, where the profile is one. */
  async load(): Promise<string | undefined> {
    if (localStorage.getItem(widKey) === null) return undefined;
    this.record = await this.transact<DeviceRecord | undefined>('readonly', (store) => store.get(recordKey));
    this.storedCounter = this.record?.counter ?? 0;
    return this.record?.token;
  }

  async link(token: string, number: string, deviceId: number): Promise<void> {
    this.record = { token, counter: 0 };
    this.storedCounter = 0;
    await this.write(this.record);
    localStorage.setItem(widKey, JSON.stringify(`${number}:${deviceId}@c.us`));
  }

  async unlink(): Promise<void> {
    this.record = undefined;
    localStorage.removeItem(widKey);
    await this.transact('readwrite', (store) => store.delete(recordKey));
  }

  /** The next counter, once it is on disk. Calls at the same time share a write and keep their order. */
  async nextCounter(): Promise<number> {
    const { record } = this;
    if (!record) throw new Error('not a linked device');
    record.counter += 1;
    const value = record.counter;
    while (this.storedCounter < value) {
      this.storing ??= this.storeCounter(record);
      await this.storing;
    }
    return value;
  }

  private async storeCounter(record: DeviceRecord): Promise<void> {
    const { counter } = record;
    try {
      await this.write({ ...record });
      this.storedCounter = counter;
    } finally {
      this.storing = undefined;
    }
  }

  private async write(record: DeviceRecord): Promise<void> {
    await this.transact('readwrite', (store) => store.put(record, recordKey));
  }

  /** Resolves when the transaction is complete, which is when a killed browser no longer loses it. */
  private async transact<T>(
    mode: IDBTransactionMode,
    request: (store: IDBObjectStore) => IDBRequest,
  ): Promise<T> {
    this.database ??= openDatabase();
    const transaction = (await this.database).transaction(storeName, mode);
    const asked = request(transaction.objectStore(storeName));
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('transaction aborted'));
    });
    return asked.result as T;
  }
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(databaseName, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(storeName);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error ?? new Error('IndexedDB could not be opened'));
  });
}
