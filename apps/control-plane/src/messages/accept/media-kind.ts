import type { MediaKind } from '@wafleet/contracts';

/** As which kinds of message WhatsApp shows bytes of a type; anything can be a document. */
const types: Record<MediaKind, RegExp> = {
  image: /^image\/(jpeg|png|webp|gif)\b/,
  video: /^video\/(mp4|3gpp|quicktime|webm)\b/,
  audio: /^audio\//,
  voice: /^audio\/(ogg|mpeg|mp4|aac|webm)\b/,
  sticker: /^image\/webp\b/,
  document: /^/,
};

/** What it is sent as when nothing else is said. */
export function chooseMediaKind(mimeType: string): MediaKind {
  const kinds: MediaKind[] = ['image', 'video', 'audio'];
  return kinds.find((kind) => types[kind].test(mimeType)) ?? 'document';
}

export function mayBeSentAs(kind: MediaKind, mimeType: string): boolean {
  return types[kind].test(mimeType);
}
