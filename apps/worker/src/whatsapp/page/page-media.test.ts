import { createHash, randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { dropMedia, fetchMedia, readMedia } from './page-media';

const page = globalThis as { require?: unknown; wafleetMedia?: unknown };
afterEach(() => {
  dropMedia('f1');
  delete page.require;
  delete page.wafleetMedia;
});

const bytes = randomBytes(20_000);
const asBuffer = new Uint8Array(bytes).buffer;
const status = (code: number) => Object.assign(new Error(`HTTP ${code}`), { status: code });

type Download = (wanted: { signal: AbortSignal }) => Promise<ArrayBuffer>;

/** A page with one message, whose downloads go one after the other as given. */
function showPage(message: Record<string, unknown> | null, ...downloads: Download[]) {
  const loaded = message && { directPath: '/media/1', size: bytes.length, ...message };
  const modules: Record<string, unknown> = {
    WAWebCollections: { Msg: { get: () => loaded ?? undefined, getMessagesById: async () => ({}) } },
    WAWebDownloadManager: {
      downloadManager: { downloadAndMaybeDecrypt: (wanted: never) => downloads.shift()?.(wanted) },
    },
  };
  page.require = (name: string) => modules[name];
  return loaded;
}
const gives: Download = async () => asBuffer;
const fetchIt = (options: { maxBytes?: number; timeoutMs?: number; fetchId?: string } = {}) =>
  fetchMedia('m1', options.fetchId ?? 'f1', options.maxBytes ?? 1_000_000, options.timeoutMs ?? 10_000);

describe('media in the page', () => {
  it('are held, read in parts, and let go', async () => {
    showPage({}, gives);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(await fetchIt()).toEqual({ kind: 'held', sizeBytes: 20_000, sha256 });
    const parts: Buffer[] = [];
    for (let offset = 0; offset < 20_000; offset += 9_000)
      parts.push(Buffer.from((await readMedia('f1', offset, 9_000)) ?? '', 'base64'));
    expect(Buffer.concat(parts).equals(bytes)).toBe(true);
    expect(await readMedia('f1', 20_000, 9_000)).toBe('');
    dropMedia('another');
    expect(await readMedia('f1', 0, 3)).not.toBeNull();
    dropMedia('f1');
    expect(await readMedia('f1', 0, 3)).toBeNull();
  });

  it.each<[string, Record<string, unknown> | null]>([
    ['nothing of the message is there', null],
    ['it holds no bytes any more', { directPath: undefined }],
  ])('are gone where %s', async (_what, message) => {
    showPage(message);
    expect(await fetchIt()).toEqual({ kind: 'gone' });
  });

  it('are too large when announced, before anything is fetched, and when it turns out', async () => {
    showPage({ size: 101 });
    expect(await fetchIt({ maxBytes: 100 })).toEqual({ kind: 'too_large', sizeBytes: 101 });
    showPage({ size: 10 }, gives);
    expect(await fetchIt({ maxBytes: 100 })).toEqual({ kind: 'too_large', sizeBytes: 20_000 });
    expect(await readMedia('f1', 0, 3)).toBeNull();
  });

  it('that the server has no more are asked for from the phone', async () => {
    const missing: Download = () => Promise.reject(status(404));
    const asking = (mediaStage: string) => {
      const mediaData = { mediaStage: 'NEED_POKE' };
      return { mediaData, downloadMedia: async () => void (mediaData.mediaStage = mediaStage) };
    };
    showPage(asking('ERROR_MISSING'), missing);
    expect(await fetchIt()).toEqual({ kind: 'gone' });
    showPage(asking('REUPLOADING'), missing);
    expect(await fetchIt()).toEqual({ kind: 'awaited' });
    showPage(asking('RESOLVED'), missing, gives);
    expect(await fetchIt()).toMatchObject({ kind: 'held' });
  });

  it('that fail, or do not come in time, are told as such', async () => {
    showPage({}, () => Promise.reject(status(500)));
    await expect(fetchIt()).rejects.toThrow('HTTP 500');
    let signal: AbortSignal | null = null;
    showPage({}, (wanted) => {
      signal = wanted.signal;
      return new Promise(() => undefined);
    });
    await expect(fetchIt({ timeoutMs: 20 })).rejects.toThrow('in time');
    expect(signal).toMatchObject({ aborted: true });
  });

  it('a newer fetch ends the one before', async () => {
    showPage({}, () => new Promise(() => undefined), gives);
    const first = fetchIt({ fetchId: 'f0' });
    const second = fetchIt();
    await expect(first).rejects.toThrow();
    expect(await second).toMatchObject({ kind: 'held' });
    expect(await readMedia('f1', 0, 3)).not.toBeNull();
  });
});
