import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  endAll,
  eventually,
  freePort,
  seriousFindings,
  type ServerProcess,
  startServerProcess,
  type WebPage,
  networkTurnMs,
} from '@wafleet/testing';
import { startWebStack, type WebStack } from './portal-steps';

const clientSecret = 'a secret between the two of them';

/** People who are known here, at a real provider of OpenID Connect. */
describe('single sign-on', () => {
  let web: WebStack;
  let provider: ServerProcess;
  let providerUrl: string;

  beforeAll(async () => {
    const port = await freePort();
    providerUrl = `http://127.0.0.1:${port}`;
    web = await startWebStack((url) => {
      provider = startProvider(port, url);
      return {
        OIDC_ISSUER: providerUrl,
        OIDC_CLIENT_ID: 'wafleet',
        OIDC_CLIENT_SECRET: clientSecret,
        OIDC_NAME: 'Sign in with the bakers',
      };
    });
    await eventually(() => provider.output().includes('listening'), {
      timeoutMs: 60_000,
      what: () => `the provider; it printed:\n${provider.output()}`,
    });
    const { admin } = web.controlPlane;
    const tenantId = (await admin.post('/admin/tenants', { name: 'Bakery', start: false })).id;
    for (const email of ['olive@example.com', 'unproven@example.com'])
      await admin.post('/admin/users', { email, tenantId, tenantRole: 'OWNER' });
  }, networkTurnMs + 240_000);
  afterAll(() => endAll([() => web?.stop(), () => provider?.end('SIGKILL')]), 120_000);

  /** As somebody who says at the provider who they are, and agrees that Wafleet is told. */
  async function signInAs(email: string): Promise<WebPage> {
    const window = await web.browser.open();
    const { page } = window;
    await page.goto('/sign-in?next=/people');
    const button = page.getByRole('button', { name: 'Sign in with the bakers' });
    await button.waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await button.click();
    await page.waitForURL(`${providerUrl}/interaction/**`);
    await page.locator('input[name=login]').fill(email);
    await page.locator('input[name=password]').fill('any');
    await page.locator('button[type=submit]').click();
    await page.getByRole('button', { name: 'Continue' }).click();
    return window;
  }

  it('lets in who was invited under the address that the provider vouches for, and leads to the page', async () => {
    const { page, errors, close } = await signInAs('olive@example.com');
    await page.waitForURL(`${web.url}/people`);
    await page.getByRole('cell', { name: 'olive@example.com' }).waitFor();
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL('**/sign-in');
    expect(errors).toEqual([]);
    await close();
  }, 180_000);

  it.each([
    ['whom nobody has invited', 'stranger@example.com'],
    ['whose address the provider does not vouch for', 'unproven@example.com'],
  ])(
    'lets nobody in %s, and says so at the sign-in',
    async (_who, email) => {
      const { page, close } = await signInAs(email);
      await page.waitForURL(`${web.url}/sign-in**`);
      await page.getByText('That sign-in opens no account here. Ask your administrator.').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      expect((await page.goto('/api/me'))?.status()).toBe(401);
      await close();
    },
    180_000,
  );
});

function startProvider(port: number, webUrl: string): ServerProcess {
  return startServerProcess({
    command: process.execPath,
    args: [join(__dirname, 'identity-provider.mjs'), String(port), webUrl, clientSecret],
    env: { PATH: process.env['PATH'] ?? '' },
  });
}
