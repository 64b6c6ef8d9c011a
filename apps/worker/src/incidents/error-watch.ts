export type PageTrouble = 'decryption' | 'page';

/** What a page says when it can't decrypt: Signal's own words and those of WhatsApp's around them. */
const decryptionWords =
  /\bbad mac\b|\bfailed to decrypt\b|\bdecrypt(?:ion)? (?:error|failed|failure)\b|\bno (?:matching )?sessions?(?: found)? (?:record|for)\b|\binvalid prekey\b|\bcounter was repeated\b/i;

/** A page that throws for this is one that can't decrypt, whatever else it says. */
export function isDecryptionFailure(text: string): boolean {
  return decryptionWords.test(text);
}

/**
 * Counts what fails in the page without ending it, and tells once in each window that it was too much: one such error is
 * everyday, a dozen in ten minutes is a session that is ill.
 */
export class ErrorWatch {
  private readonly seen: Record<PageTrouble, number[]> = { decryption: [], page: [] };
  private readonly quietUntil: Record<PageTrouble, number> = { decryption: 0, page: 0 };

  /** @param options.threshold so many within the window are too many; 0: nothing is counted */
  constructor(
    private readonly options: {
      threshold: number;
      windowMs: number;
      now: () => number;
      onTooMany: (trouble: PageTrouble, count: number) => void;
    },
  ) {}

  note(trouble: PageTrouble): void {
    const { threshold, windowMs, now, onTooMany } = this.options;
    if (threshold === 0) return;
    const at = now();
    const recent = this.seen[trouble].filter((moment) => moment > at - windowMs);
    recent.push(at);
    // More than the threshold tells nothing more.
    this.seen[trouble] = recent.slice(-threshold);
    if (recent.length < threshold || at < this.quietUntil[trouble]) return;
    this.quietUntil[trouble] = at + windowMs;
    onTooMany(trouble, recent.length);
  }
}
