import { scrub, withDeadline } from '@wafleet/runtime';
import type { LibraryClient } from '../library-client';
import { PageError } from './page-error';

const pageCallMs = 15_000;

/** Calls into the page and the browser, each of which may find neither. */
export class PageCalls {
  constructor(private readonly library: () => LibraryClient | null) {}

  get hasPage(): boolean {
    return this.library()?.pupPage != null;
  }

  /** Runs the function in the page; rejects as puppeteer does, without a deadline of its own. */
  async ask<Args extends unknown[], Result>(
    inPage: (...args: Args) => Result,
    ...args: Args
  ): Promise<Awaited<Result>> {
    const page = this.library()?.pupPage;
    if (!page) throw new Error('there is no page');
    return page.evaluate<unknown[], (...args: unknown[]) => Result>(
      inPage as (...args: unknown[]) => Result,
      ...args,
    );
  }

  /** By a real key, because pages may ignore one that a script made. */
  async dismissDialog(): Promise<void> {
    await this.library()?.pupPage?.keyboard.press('Escape');
  }

  /** What the page looks like, as a JPEG in base64. */
  async screenshot(quality: number): Promise<string> {
    const session = await this.library()?.pupPage?.createCDPSession();
    if (!session) throw new Error('there is no page');
    // Not puppeteer's own call, which resizes and refocuses the page that is looked at.
    const { data } = await session.send('Page.captureScreenshot', { format: 'jpeg', quality });
    await session.detach();
    return data;
  }

  /** A round trip to the browser's main process. */
  async askBrowser(): Promise<string> {
    const browser = this.library()?.pupBrowser;
    if (!browser) throw new Error('there is no browser');
    return browser.version();
  }

  /** Whether the address answers at all; leaves the page there. */
  async visit(url: string, timeoutMs: number): Promise<boolean> {
    const page = this.library()?.pupPage;
    if (!page) return false;
    return (await page.goto(url, { timeout: timeoutMs, waitUntil: 'domcontentloaded' })) !== null;
  }

  /** Like ask(), for callers who need the answer. Asks only; sends nothing. @throws PageError */
  async page<Args extends unknown[], Result>(
    what: string,
    inPage: (...args: Args) => Result,
    ...args: Args
  ): Promise<Awaited<Result>> {
    return this.patiently(pageCallMs, what, inPage, ...args);
  }

  /** As page(), for what may take its time. @throws PageError */
  async patiently<Args extends unknown[], Result>(
    timeoutMs: number,
    what: string,
    inPage: (...args: Args) => Result,
    ...args: Args
  ): Promise<Awaited<Result>> {
    return wrapped(what, timeoutMs, true, this.ask(inPage, ...args));
  }

  /** As patiently(), for what changes something at WhatsApp. @throws PageError */
  async change<Args extends unknown[], Result>(
    timeoutMs: number,
    what: string,
    inPage: (...args: Args) => Result,
    ...args: Args
  ): Promise<Awaited<Result>> {
    return wrapped(what, timeoutMs, false, this.ask(inPage, ...args));
  }

  /** A call of the library that changes something at WhatsApp. @throws PageError */
  async required<Result>(
    what: string,
    timeoutMs: number,
    call: (library: LibraryClient) => Promise<Result>,
  ): Promise<Result> {
    const library = this.library();
    if (!library) throw new PageError('there is no page', true);
    return wrapped(what, timeoutMs, false, call(library));
  }
}

async function wrapped<T>(
  what: string,
  timeoutMs: number,
  nothingSent: boolean,
  call: Promise<T>,
): Promise<T> {
  try {
    return await withDeadline(call, timeoutMs, what);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new PageError(`${what}: ${scrub(text, 300)}`, nothingSent, { cause: error });
  }
}
