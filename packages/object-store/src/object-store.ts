import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { S3mini, S3ServiceError, type UploadPart } from 's3mini';

/** A bucket of an S3-compatible store, or a part of one. */
export interface ObjectStoreSettings {
  /** Server, bucket, and what every name begins with: `https://s3.example.com/bucket/prefix`. */
  url: string;
  /** `auto` where the server asks for none. */
  region: string;
  keyId: string;
  secret: string;
}

/** Named bytes on a server. Everything rejects with ObjectStoreError where the server is away or says no. */
export interface ObjectStore {
  /** Resolves with the size, once it is kept whole; what fails before leaves nothing behind the name. Ends `bytes` either way. */
  put(name: string, bytes: Readable): Promise<number>;
  /** Null where there is none. */
  get(name: string): Promise<Readable | null>;
  /** Repeats do nothing. */
  delete(name: string): Promise<void>;
  /** All whose name begins so. */
  list(prefix: string): Promise<{ name: string; bytes: number; storedAt: Date }[]>;
  /** Writes, reads, lists and removes an object of its own. */
  check(): Promise<void>;
}

/** `code` is the server's word (`AccessDenied`, `NoSuchBucket`) or that of the line to it (`ECONNREFUSED`). */
export class ObjectStoreError extends Error {
  constructor(
    readonly code: string,
    options?: ErrorOptions,
  ) {
    super(`The object store says ${code}.`, options);
    this.name = 'ObjectStoreError';
  }
}

/** Until a request is answered; parts of a large object are one each. A body that stalls ends by itself, as Node's fetch has it. */
const answerTimeoutMs = 120_000;
/** So much of an object is in memory. */
const partBytes = 8 * 1024 * 1024;
const maxListed = 1_000_000;

/** Whether `url` names a server and a bucket on it. */
export function isObjectStoreUrl(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) && partsOf(url).bucket !== '';
}

export function createObjectStore({ url, region, keyId, secret }: ObjectStoreSettings): ObjectStore {
  const { endpoint, prefix } = partsOf(url);
  const client = new S3mini({
    endpoint,
    region,
    accessKeyId: keyId,
    secretAccessKey: secret,
    fetch: fetchInTime,
  });
  const keyOf = (name: string) => `${prefix}${name}`;

  const store: ObjectStore = {
    async put(name, bytes) {
      try {
        return await inWords(upload(client, keyOf(name), bytes));
      } finally {
        // Whoever writes into it must not wait for somebody to read.
        bytes.destroy();
      }
    },

    async get(name) {
      const response = await inWords(client.getObjectResponse(keyOf(name)));
      if (response?.body == null) {
        if (!(await inWords(client.bucketExists()))) throw new ObjectStoreError('NoSuchBucket');
        return null;
      }
      return Readable.fromWeb(response.body);
    },

    async delete(name) {
      await inWords(client.deleteObject(keyOf(name)));
    },

    async list(begin) {
      const found = await inWords(client.listObjects('/', keyOf(begin), maxListed));
      if (found === null) throw new ObjectStoreError('NoSuchBucket');
      return found.map(({ Key, Size, LastModified }) => ({
        name: Key.slice(prefix.length),
        bytes: Number(Size),
        storedAt: new Date(LastModified),
      }));
    },

    async check() {
      const name = `check-${randomUUID()}`;
      try {
        await store.put(name, Readable.from([Buffer.from(name)]));
        const read = await store.get(name);
        if (read === null || (await textOf(read)) !== name) throw new ObjectStoreError('OtherBytesRead');
        if ((await store.list(name)).length !== 1) throw new ObjectStoreError('NotListed');
      } finally {
        await store.delete(name).catch(() => undefined);
      }
    },
  };
  return store;
}

/** One part at a time, so that memory stays constant. What is aborted leaves nothing, and what is not complete has no name. */
async function upload(client: S3mini, key: string, bytes: Readable): Promise<number> {
  let size = 0;
  let uploadId: string | null = null;
  const parts: UploadPart[] = [];
  const keep = async (part: Buffer) => {
    uploadId ??= await client.getMultipartUploadId(key);
    parts.push(await client.uploadPart(key, uploadId, part, parts.length + 1));
    size += part.length;
  };
  try {
    let waiting: Buffer[] = [];
    let waitingBytes = 0;
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      waiting.push(chunk);
      waitingBytes += chunk.length;
      if (waitingBytes < partBytes) continue;
      await keep(Buffer.concat(waiting));
      [waiting, waitingBytes] = [[], 0];
    }
    const last = Buffer.concat(waiting);
    if (uploadId === null) {
      await client.putObject(key, last);
      return last.length;
    }
    if (last.length > 0) await keep(last);
    await client.completeMultipartUpload(key, uploadId, parts);
    return size;
  } catch (error) {
    if (uploadId !== null) await client.abortMultipartUpload(key, uploadId).catch(() => undefined);
    throw error;
  }
}

/** As fetch, but it waits for the beginning of an answer no longer than it may. */
const fetchInTime: typeof fetch = async (input, init) => {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(new DOMException('no answer', 'TimeoutError')), answerTimeoutMs);
  return fetch(input, { ...init, signal: abort.signal }).finally(() => clearTimeout(timer));
};

function partsOf(url: string): { endpoint: string; bucket: string; prefix: string } {
  const { origin, pathname } = new URL(url);
  const [bucket = '', ...rest] = pathname.split('/').filter((part) => part !== '');
  return { endpoint: `${origin}/${bucket}`, bucket, prefix: rest.map((part) => `${part}/`).join('') };
}

async function textOf(read: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of read as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Never with what the server wrote: it may name keys. */
async function inWords<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (cause) {
    throw new ObjectStoreError(codeOf(cause), { cause });
  }
}

function codeOf(error: unknown): string {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (at instanceof S3ServiceError) return at.serviceCode ?? `HTTP${at.status}`;
    const { code, name } = at as NodeJS.ErrnoException;
    if (typeof code === 'string' && /^E[A-Z_]+$|^UND_/.test(code)) return code;
    if (name === 'TimeoutError' || name === 'AbortError') return 'ETIMEDOUT';
  }
  return 'NoAnswer';
}
