import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startWebBrowser, type WebBrowser, networkTurnMs } from '@wafleet/testing';
import { startTestApi, type TestApi } from '../test-api';

describe('the page at /docs', () => {
  let api: TestApi;
  let browser: WebBrowser;

  beforeAll(async () => {
    api = await startTestApi();
    browser = await startWebBrowser(api.url);
  }, networkTurnMs + 180_000);
  afterAll(async () => {
    await browser?.close();
    await api?.stop();
  });

  it('shows the operations in a browser, with nothing from elsewhere', async () => {
    const { page, foreign, errors } = await browser.open();
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    await page.goto('/docs');
    await page.getByText("For a tenant's own programs").waitFor();
    // Of a long document the page holds what is in sight.
    const operation = page.getByText('Take a message, or what is said of one, for sending').first();
    const scrollTo = async () => {
      await page.mouse.wheel(0, 300);
      return operation.isVisible();
    };
    await eventually(scrollTo, { timeoutMs: 40_000, everyMs: 200, what: 'the operation in sight' });
    expect(foreign).toEqual([]);
    expect(errors).toEqual([]);
    expect(said.join('\n')).not.toContain('Content Security Policy');
  }, 120_000);

  it('gives its own parts and no others', async () => {
    const anyone = api.anyone({});
    for (const asset of ['swagger-ui.css', 'swagger-ui-bundle.js', 'begin.js']) {
      expect((await anyone('GET', `/docs/${asset}`)).status).toBe(200);
    }
    for (const other of ['package.json', '..%2fpackage.json', 'constructor']) {
      expect((await anyone('GET', `/docs/${other}`)).status).toBe(404);
    }
  });
});
