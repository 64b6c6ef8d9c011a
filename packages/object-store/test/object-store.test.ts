import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestObjectStore, type TestObjectStore } from '@wafleet/testing';
import { createObjectStore, isObjectStoreUrl, type ObjectStore } from '../src';

const mebibyte = 1024 * 1024;

describe('a bucket of an S3 server', () => {
  let server: TestObjectStore;
  let store: ObjectStore;
  const at = (url: string, secret = server.secret) =>
    createObjectStore({ url, region: 'auto', keyId: server.keyId, secret });

  beforeAll(async () => {
    server = await startTestObjectStore();
    store = at(`${server.url}/some/prefix`);
  });
  afterAll(() => server?.stop());

  it.each([
    ['nothing', 0],
    ['less than a part', 1_000],
    ['a part', 8 * mebibyte],
    ['several parts', 20 * mebibyte + 1],
  ])('keeps %s as it was, with its size', async (name, size) => {
    const bytes = randomBytes(size);
    const chunks = Array.from({ length: Math.ceil(size / 65_536) }, (_, index) =>
      bytes.subarray(index * 65_536, (index + 1) * 65_536),
    );
    expect(await store.put(name, Readable.from(chunks, { objectMode: false }))).toBe(size);
    const read = await store.get(name);
    expect((await buffer(read as Readable)).equals(bytes)).toBe(true);
  });

  it('lists what lies below a name, without the prefix, and forgets what is deleted', async () => {
    for (const name of ['a/1', 'a/2', 'b/1']) await store.put(name, Readable.from([Buffer.from(name)]));
    const listed = await store.list('a/');
    expect(listed.map(({ name, bytes }) => [name, bytes])).toEqual([
      ['a/1', 3],
      ['a/2', 3],
    ]);
    expect(Math.abs(Date.now() - (listed[0]?.storedAt.getTime() ?? 0))).toBeLessThan(60_000);
    await store.delete('a/1');
    await store.delete('a/1');
    expect(await store.get('a/1')).toBeNull();
    expect((await store.list('a/')).map(({ name }) => name)).toEqual(['a/2']);
    // Another prefix sees nothing of it.
    expect(await at(`${server.url}/other`).list('')).toEqual([]);
  });

  it.each([1, 20 * mebibyte])(
    'what breaks off after %s bytes leaves nothing behind its name',
    async (size) => {
      const broken = Readable.from(
        (async function* () {
          yield Buffer.alloc(size);
          throw new Error('the source broke off');
        })(),
        { objectMode: false },
      );
      await expect(store.put('broken', broken)).rejects.toThrow();
      expect(broken.destroyed).toBe(true);
      expect(await store.get('broken')).toBeNull();
    },
  );

  it('says in a code what the server or the line says', async () => {
    await expect(
      at(server.url, 'another secret').put('x', Readable.from([Buffer.from('x')])),
    ).rejects.toMatchObject({
      code: 'SignatureDoesNotMatch',
    });
    const elsewhere = at(new URL('/no-such-bucket', server.url).href);
    await expect(elsewhere.get('x')).rejects.toMatchObject({ code: 'NoSuchBucket' });
    await expect(elsewhere.list('')).rejects.toMatchObject({ code: 'NoSuchBucket' });
    await expect(elsewhere.put('x', Readable.from([Buffer.from('x')]))).rejects.toMatchObject({
      code: 'NoSuchBucket',
    });
    await server.away();
    try {
      const source = Readable.from([Buffer.from('x')]);
      await expect(store.put('x', source)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      expect(source.destroyed).toBe(true);
      await expect(store.check()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    } finally {
      await server.back();
    }
    await store.check();
    expect(await store.list('check-')).toEqual([]);
  });

  it('is named by server and bucket', () => {
    expect(isObjectStoreUrl('https://s3.example.com/bucket')).toBe(true);
    for (const url of ['https://s3.example.com', 's3://bucket', 'bucket', 'https://s3.example.com//'])
      expect(isObjectStoreUrl(url)).toBe(false);
  });
});
