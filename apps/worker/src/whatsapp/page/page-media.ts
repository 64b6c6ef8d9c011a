import type { HeldMedia, PageGlobals } from './page-modules';
import type { MediaInPage } from '../whatsapp-chats';

/** Functions that run inside the page and have media of messages; the same rules as in page-functions.ts. */

/**
 * Downloads a message's media and holds them for readMedia(), in place of what was held or fetched before. Where
 * WhatsApp's server has them no more, the sender's phone is asked, as a person's click would.
 * Throws when the time is over, or what the page's own code throws: bytes that are not those of the message included.
 */
export async function fetchMedia(
  messageId: string,
  fetchId: string,
  maxBytes: number,
  timeoutMs: number,
): Promise<MediaInPage> {
  const page = globalThis as unknown as Required<PageGlobals>;
  page.wafleetMedia?.aborter.abort();
  const aborter = new AbortController();
  const held: HeldMedia = { fetchId, aborter };
  page.wafleetMedia = held;
  const timer = setTimeout(() => aborter.abort(), timeoutMs);
  const aborted = new Promise<never>((_resolve, reject) => {
    aborter.signal.addEventListener('abort', () => reject(new Error('the media did not come in time')));
  });
  aborted.catch(() => undefined);
  const unlessAborted = <T>(work: Promise<T>) => Promise.race([work, aborted]);
  try {
    const { Msg } = page.require('WAWebCollections');
    const message = Msg.get(messageId) ?? (await Msg.getMessagesById?.([messageId]))?.messages?.[0];
    if (!message?.directPath) return { kind: 'gone' };
    const announced = Number(message.size ?? 0);
    if (announced > maxBytes) return { kind: 'too_large', sizeBytes: announced };

    // Its measurements of itself, which nobody reads here.
    const downloadQpl = {
      addAnnotations: () => downloadQpl,
      addPoint: () => downloadQpl,
    };
    const download = async (): Promise<ArrayBuffer | null> => {
      const { directPath, encFilehash, filehash, mediaKey, mediaKeyTimestamp, type } = message;
      const wanted = { directPath, encFilehash, filehash, mediaKey, mediaKeyTimestamp, type } as const;
      const { signal } = aborter;
      try {
        const { downloadManager } = page.require('WAWebDownloadManager');
        return await unlessAborted(
          downloadManager.downloadAndMaybeDecrypt({ ...wanted, signal, downloadQpl }),
        );
      } catch (error) {
        const { status } = error as { status?: unknown };
        if (status === 404 || status === 410) return null;
        throw error;
      }
    };
    let bytes = await download();
    if (bytes === null) {
      const asked = message.downloadMedia?.({ downloadEvenIfExpensive: true, rmrReason: 1 });
      await unlessAborted(Promise.resolve(asked));
      const stage = message.mediaData?.mediaStage ?? '';
      if (stage === 'REUPLOADING' || stage === 'FETCHING') return { kind: 'awaited' };
      bytes = stage === 'RESOLVED' ? await download() : null;
    }
    if (bytes === null) return { kind: 'gone' };
    const sizeBytes = bytes.byteLength;
    if (sizeBytes > maxBytes) return { kind: 'too_large', sizeBytes };
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    if (page.wafleetMedia !== held) throw new Error('other media were asked for meanwhile');
    held.bytes = new Blob([bytes]);
    held.idleTimer = setTimeout(() => {
      if (page.wafleetMedia === held) (page as PageGlobals).wafleetMedia = undefined;
    }, 60_000);
    return {
      kind: 'held',
      sizeBytes,
      sha256: [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
    };
  } finally {
    clearTimeout(timer);
    if (held.bytes === undefined && page.wafleetMedia === held)
      (page as PageGlobals).wafleetMedia = undefined;
  }
}

/** Base64 of at most `length` bytes, which must be a multiple of three; null where they are not held. */
export async function readMedia(fetchId: string, offset: number, length: number): Promise<string | null> {
  const page = globalThis as unknown as PageGlobals;
  const held = page.wafleetMedia;
  if (held?.fetchId !== fetchId || held.bytes === undefined) return null;
  clearTimeout(held.idleTimer as number);
  held.idleTimer = setTimeout(() => {
    if (page.wafleetMedia === held) page.wafleetMedia = undefined;
  }, 60_000);
  const part = new Uint8Array(await held.bytes.slice(offset, offset + length).arrayBuffer());
  const texts: string[] = [];
  for (let at = 0; at < part.length; at += 8_190)
    texts.push(btoa(String.fromCharCode(...part.subarray(at, at + 8_190))));
  return texts.join('');
}

export function dropMedia(fetchId: string): void {
  const page = globalThis as unknown as PageGlobals;
  const held = page.wafleetMedia;
  if (held?.fetchId !== fetchId) return;
  held.aborter.abort();
  clearTimeout(held.idleTimer as number);
  page.wafleetMedia = undefined;
}
