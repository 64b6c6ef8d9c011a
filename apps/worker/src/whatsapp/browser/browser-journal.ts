import { incidentLimits, type IncidentEvidence } from '@wafleet/contracts';
import { keepNewest } from '../../keep-newest';
import { isDecryptionFailure, type PageTrouble } from '../../incidents/error-watch';
import { ownWords } from './own-words';
import type { PageMessage } from '../whatsapp-chats';

type Line = IncidentEvidence['console'][number];

export type BrowserRecord = Pick<
  IncidentEvidence,
  'console' | 'pageErrors' | 'browserOutput' | 'browserExit' | 'rendererExit' | 'outOfMemory'
>;

/** Messages whose text may turn up in what the page writes around the time when they come or go. */
const rememberedTexts = 50;
/** Shorter ones are parts of many words. */
const minTextLength = 4;
const comparedLength = 24;
/** Of a line that has no end yet. */
const openLineLength = 4_096;

/**
 * What the browsers of this worker and their pages wrote lately, and how the last one ended. Bounded. Nothing of it is
 * what people wrote, as far as that can be told: neither what is quoted, nor what came or went as a message lately.
 */
export class BrowserJournal {
  private readonly console: Line[] = [];
  private readonly pageErrors: Line[] = [];
  private readonly browserOutput: Line[] = [];
  private readonly texts: string[] = [];
  private openLine = '';
  private end: Pick<BrowserRecord, 'browserExit' | 'rendererExit' | 'outOfMemory'> = notEnded;
  /** The browser, or the page's process, said that memory ran out. */
  saidOutOfMemory = false;

  /** @param onTrouble hears of what fails in the page */
  constructor(
    private readonly now: () => number,
    private readonly onTrouble: (trouble: PageTrouble) => void = () => undefined,
  ) {}

  /** A new browser. What the last ones wrote stays. */
  begin(): void {
    this.end = notEnded;
    this.saidOutOfMemory = false;
    this.openLine = '';
  }

  onConsole(level: string, text: string): void {
    if (isDecryptionFailure(text)) this.onTrouble('decryption');
    this.write(this.console, level, text, incidentLimits.console);
  }

  onPageError(text: string): void {
    this.onTrouble(isDecryptionFailure(text) ? 'decryption' : 'page');
    this.write(this.pageErrors, 'error', text, incidentLimits.pageErrors);
  }

  /** A message stayed unreadable, also after WhatsApp was asked for it once more. */
  onUnreadable(): void {
    this.onTrouble('decryption');
  }

  /** A piece of what the browser's processes write to their standard error. */
  onOutput(piece: string): void {
    const lines = `${this.openLine}${piece}`.split('\n');
    this.openLine = (lines.pop() ?? '').slice(-openLineLength);
    for (const line of lines) {
      this.saidOutOfMemory ||= outOfMemory.test(line);
      if (line.trim() !== '')
        this.write(this.browserOutput, 'output', line.trim(), incidentLimits.browserOutput);
    }
  }

  onMessage({ body, caption }: PageMessage): void {
    for (const text of [body, caption]) if (typeof text === 'string') this.onText(text);
  }

  /** A message that came or is to go: the page may write of it. */
  onText(text: string): void {
    const compared = text.trim().slice(0, comparedLength);
    if (compared.length < minTextLength) return;
    keepNewest(this.texts, compared, rememberedTexts);
    const written = ownWords(compared, comparedLength);
    for (const line of [...this.console, ...this.pageErrors, ...this.browserOutput])
      line.text = without(line.text, written);
  }

  onEnd(end: Partial<typeof this.end>): void {
    this.end = { ...this.end, ...end };
  }

  get ended(): Readonly<typeof this.end> {
    return this.end;
  }

  read(): BrowserRecord {
    const copies = (lines: Line[]) => lines.map((line) => ({ ...line }));
    const { console, pageErrors, browserOutput } = this;
    return {
      console: copies(console),
      pageErrors: copies(pageErrors),
      browserOutput: copies(browserOutput),
      ...this.end,
    };
  }

  private write(list: Line[], level: string, text: string, limit: number): void {
    const withoutTexts = this.texts.reduce(without, text);
    keepNewest(
      list,
      { at: this.now(), level, text: ownWords(withoutTexts, incidentLimits.lineLength) },
      limit,
    );
  }
}

const notEnded = { browserExit: null, rendererExit: null, outOfMemory: null };
/** As V8 and Chromium's allocators say it. */
const outOfMemory = /\bV8 \w+ OOM\b|JavaScript (?:heap )?out of memory|\bOut of memory\b/i;

/** What follows may be the rest of it. */
function without(line: string, text: string): string {
  const at = line.indexOf(text);
  return at < 0 ? line : `${line.slice(0, at)}[text]`;
}
