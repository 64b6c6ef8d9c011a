/**
 * Tells codes that can be scanned from what else the library calls one: after a scan it emits `undefined,…`, while
 * idle `null,…`, and after a navigation inside the page each code twice.
 */
export class QrFilter {
  private last: string | null = null;

  /** `code` for a new one; `repeated`; `none` when the page has no code at the moment. */
  judge(raw: string): 'code' | 'repeated' | 'none' {
    const reference = raw.split(',', 1)[0] ?? '';
    if (raw.split(',').length < 5 || !/^\d+@./.test(reference)) return 'none';
    if (reference === this.last) return 'repeated';
    this.last = reference;
    return 'code';
  }
}
