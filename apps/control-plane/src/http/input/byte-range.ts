/** Which bytes of a content a request wants. */
export type ByteRange =
  | { kind: 'whole' }
  /** Both included. */
  | { kind: 'part'; start: number; end: number }
  | { kind: 'unsatisfiable' };

/**
 * As RFC 9110 says; what is not understood, and several ranges at once, are answered with the whole.
 * @param range the header `range`
 * @param ifRange the header `if-range`: a part is wanted only of the content with this tag
 */
export function byteRange(
  range: string | undefined,
  ifRange: string | undefined,
  content: { sizeBytes: number; tag: string },
): ByteRange {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/i.exec(range?.trim() ?? '') ?? [];
  if (from === '' && to === '') return { kind: 'whole' };
  if (ifRange !== undefined && ifRange !== content.tag) return { kind: 'whole' };
  const last = content.sizeBytes - 1;
  const start = from === '' ? Math.max(0, content.sizeBytes - Number(to)) : Number(from);
  const end = from === '' || to === '' ? last : Math.min(Number(to), last);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return { kind: 'whole' };
  return start > last ? { kind: 'unsatisfiable' } : { kind: 'part', start, end };
}
