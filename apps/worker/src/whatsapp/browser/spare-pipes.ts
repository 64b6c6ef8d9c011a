import type { Browser } from 'puppeteer';

/**
 * Keeps what a browser's end does to its pipes from ending us. Puppeteer stops listening to them when it is done with the
 * browser, and the kernel's ECONNRESET, for what was written to it and never read, comes after that.
 */
export function sparePipes(browser: Browser): void {
  for (const pipe of browser.process()?.stdio ?? []) pipe?.on('error', () => undefined);
}
