import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findBrowser } from '@wafleet/local-stack';
import { eventually } from '@wafleet/testing';
import puppeteer, { type Browser, type Page } from 'puppeteer';
import { BrowserJournal } from './browser-journal';
import { BrowserWatch } from './browser-watch';
import type { Failure } from '../failure-reason';

let executablePath: string;
let browser: Browser;
let page: Page;
let ends: Failure[];
let journal: BrowserJournal;

beforeEach(async () => {
  ({ executablePath } = await findBrowser());
  // As the worker starts it, but for the sandbox, which root has not.
  browser = await puppeteer.launch({ executablePath, headless: 'shell', pipe: true, args: ['--no-sandbox'] });
  page = (await browser.pages())[0] as Page;
  ends = [];
  journal = new BrowserJournal(Date.now);
  const watch = new BrowserWatch({
    journal,
    readOomKills: () => null,
    onPageError: (error) => journal.onPageError(String(error)),
    onEnd: (failure) => void ends.push(failure),
  });
  await watch.begin(browser, page);
});

afterEach(async () => {
  browser.process()?.kill('SIGKILL');
  await browser.close().catch(() => undefined);
});

const whenEnded = () => eventually(() => ends[0], { timeoutMs: 20_000, what: 'the end' });

describe('the end of a browser', () => {
  it('that loses its page is told', async () => {
    await page.close();
    expect(await whenEnded()).toEqual({ reason: 'renderer_crashed', detail: 'the page closed' });
  });

  it('ends nothing of ours by what its pipes say after it', async () => {
    const pipes = (browser.process()?.stdio ?? []).slice(3);
    expect(pipes).toHaveLength(2);
    await browser.close();
    for (const pipe of pipes) pipe?.emit('error', new Error('read ECONNRESET'));
    expect(await whenEnded()).toMatchObject({ reason: 'renderer_crashed' });
  });

  it('is told once, with how it ended', async () => {
    browser.process()?.kill('SIGTERM');
    await whenEnded();
    await eventually(() => journal.read().browserExit, { timeoutMs: 20_000, what: 'the end of the browser' });
    expect(ends).toHaveLength(1);
  });
});
