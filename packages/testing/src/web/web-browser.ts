import { findBrowser } from '@wafleet/local-stack';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { takeNetworkTurn } from '../engine/network-turn';
import { axeSource } from './web-app';

/** A person's browser; each page of it is somebody of their own. */
export interface WebBrowser {
  /** A window without cookies; what it asked other hosts for, and what its scripts threw, is noted. */
  open(options?: BrowserContextOptions): Promise<WebPage>;
  close(): Promise<void>;
}

export interface WebPage {
  page: Page;
  /** Requests that left the site. */
  foreign: string[];
  /** Errors that no code of the page met. */
  errors: string[];
  close(): Promise<void>;
}

/** Without a time of its own: every wait in a test is generous. */
const patienceMs = 60_000;

/**
 * The browser that sessions use too. While it is open no engine of tests changes the network, which would end what its
 * pages ask for; it may have to wait for one, up to networkTurnMs.
 */
export async function startWebBrowser(baseUrl: string): Promise<WebBrowser> {
  const { executablePath } = await findBrowser();
  // Large, and of no use to most tests that import what stands beside it.
  const { chromium } = await import('playwright-core');
  const endTurn = await takeNetworkTurn('use');
  const browser: Browser = await chromium
    .launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'] })
    .catch((error: unknown) => {
      endTurn();
      throw error;
    });
  return {
    async open(options = {}) {
      const context = await browser.newContext({
        baseURL: baseUrl,
        viewport: { width: 1280, height: 860 },
        reducedMotion: 'reduce',
        locale: 'en-GB',
        timezoneId: 'UTC',
        ...options,
      });
      context.setDefaultTimeout(patienceMs);
      context.setDefaultNavigationTimeout(patienceMs);
      const page = await context.newPage();
      const foreign: string[] = [];
      const errors: string[] = [];
      page.on('request', (request) => {
        const url = new URL(request.url());
        if (/^https?:$/.test(url.protocol) && url.origin !== new URL(baseUrl).origin) foreign.push(url.href);
      });
      page.on('pageerror', (error) => errors.push(String(error)));
      return { page, foreign, errors, close: () => context.close() };
    },
    async close() {
      await browser.close().finally(endTurn);
    },
  };
}

export interface AxeFinding {
  id: string;
  impact: string;
  where: string[];
}

/** What axe finds in the page as it is that is serious or critical. */
export async function seriousFindings(page: Page): Promise<AxeFinding[]> {
  // Run in the page's world by the debugger, which its policy does not concern.
  await page.evaluate(axeSource());
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(
          where: unknown,
          options: unknown,
        ): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
      };
    };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    const { violations } = await axe.run((globalThis as unknown as { document: unknown }).document, {
      runOnly: tags,
    });
    return violations.map(({ id, impact, nodes }) => ({ id, impact, where: nodes.map(({ html }) => html) }));
  });
  return found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
}
