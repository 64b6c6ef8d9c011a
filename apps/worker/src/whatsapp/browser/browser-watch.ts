import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, ConsoleMessage, Page } from 'puppeteer';
import { heapLimitMb } from './browser';
import { judgeEnd, type BrowserEnd } from './browser-end';
import type { BrowserJournal } from './browser-journal';
import { sparePipes } from './spare-pipes';
import type { Failure } from '../failure-reason';

interface BrowserWatchOptions {
  journal: BrowserJournal;
  readOomKills: () => number | null;
  onPageError: (error: unknown) => void;
  /** Once, of whichever ended first. */
  onEnd: (failure: Failure) => void;
}

/** How long the end's cause may take to be known; the repair waits for it. */
const causeMs = 300;
const lookMs = 10;
/** What was written before the end is read by then. */
const lastWordsMs = 20;

/** Hears what one browser and its page write, and how either ends. */
export class BrowserWatch {
  /** It ended by itself: what fails from now on fails because of that. */
  isOver = false;
  private oomKills: number | null = null;

  constructor(private readonly options: BrowserWatchOptions) {}

  async begin(browser: Browser, page: Page): Promise<void> {
    const { journal } = this.options;
    journal.begin();
    sparePipes(browser);
    this.noteOomKills();
    const main = browser.process();
    main?.stderr?.on('data', (piece: Buffer) => journal.onOutput(piece.toString()));
    main?.once('exit', (code, signal) => journal.onEnd({ browserExit: { code, signal } }));
    page.on('console', (message) => this.onConsole(message));
    page.on('pageerror', (error) => this.options.onPageError(error));
    browser.on(
      'disconnected',
      () => void this.onEnded(() => ({ of: 'browser', exit: journal.ended.browserExit })),
    );
    page.on('error', () => void this.onEnded(() => ({ of: 'page', exit: journal.ended.rendererExit })));
    page.on('close', () => this.over({ reason: 'renderer_crashed', detail: 'the page closed' }));
    await this.hearPageEnds(browser);
  }

  /** Asked while all is well, so that a rise tells of what happens next. */
  noteOomKills(): void {
    this.oomKills = this.options.readOomKills();
  }

  private async hearPageEnds(browser: Browser): Promise<void> {
    const session = await browser.target().createCDPSession();
    session.on('Target.targetCrashed', ({ status, errorCode }) => {
      const { journal } = this.options;
      if (journal.ended.rendererExit === null)
        journal.onEnd({ rendererExit: { status: status.slice(0, 32), code: errorCode } });
    });
    await session.send('Target.setDiscoverTargets', { discover: true });
  }

  /** @param end as far as it is known by then */
  private async onEnded(end: () => BrowserEnd): Promise<void> {
    if (this.isOver) return;
    this.isOver = true;
    await this.cause(() => end().exit !== null);
    this.judge(end());
  }

  private async cause(isKnown: () => boolean): Promise<void> {
    for (let waitedMs = 0; !isKnown() && waitedMs < causeMs; waitedMs += lookMs) await sleep(lookMs);
    await sleep(lastWordsMs);
  }

  private judge(end: BrowserEnd): void {
    const { journal, readOomKills, onEnd } = this.options;
    const now = readOomKills();
    const oomKillsRose = this.oomKills !== null && now !== null && now > this.oomKills;
    const { outOfMemory, ...failure } = judgeEnd(end, {
      saidOutOfMemory: journal.saidOutOfMemory,
      oomKillsRose,
      heapLimitMb,
    });
    journal.onEnd({ outOfMemory });
    onEnd(failure);
  }

  private over(failure: Failure): void {
    if (this.isOver) return;
    this.isOver = true;
    this.options.onEnd(failure);
  }

  /** What the page only tells is not kept. */
  private onConsole(message: ConsoleMessage): void {
    const args = message.args();
    if (keptLevels.includes(message.type()))
      this.options.journal.onConsole(message.type(), args.length === 0 ? message.text() : textOf(message));
    // The page keeps what was written for as long as somebody holds it.
    for (const arg of args) arg.dispose().catch(() => undefined);
  }
}

const keptLevels: string[] = ['error', 'warn', 'assert'];

/** The program's own words come first; what follows them are values, of which only the kind is told, and errors. */
function textOf(message: ConsoleMessage): string {
  const parts = message.args().map((arg, place) => {
    const object = arg.remoteObject();
    if (object.subtype === 'error') return object.description?.split('\n', 1)[0] ?? 'error';
    return place === 0 && object.type === 'string'
      ? String(object.value)
      : `[${object.subtype ?? object.type}]`;
  });
  return parts.join(' ');
}
