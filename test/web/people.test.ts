import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seriousFindings, type WebPage, networkTurnMs } from '@wafleet/testing';
import { looks, takePicture } from './page-pictures';
import { signedIn, startWebStack, type WebStack } from './portal-steps';

const owner = { email: 'olive@example.com', password: 'a bakery that opens at six' };
const staff = { email: 'sam@example.com', password: 'bread and more bread' };

describe('people of a workspace', () => {
  let web: WebStack;
  let own: string;
  let other: string;
  let window: WebPage;

  beforeAll(async () => {
    web = await startWebStack();
    const { admin } = web.controlPlane;
    own = (await admin.post('/admin/tenants', { name: 'Bakery', start: false })).id;
    other = (await admin.post('/admin/tenants', { name: 'Florist', start: false })).id;
  }, networkTurnMs + 240_000);
  afterAll(() => web?.stop(), 120_000);

  async function accept(page: WebPage['page'], url: string, name: string, password: string): Promise<void> {
    await page.goto(new URL(url).pathname);
    await page.getByLabel('Your name').fill(name);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.getByRole('heading', { name: 'Not connected yet' }).waitFor();
  }

  it('come in by an invitation that a previewer does not use up, and that is good once', async () => {
    const { invitationUrl } = await web.controlPlane.admin.post('/admin/users', {
      email: owner.email,
      tenantId: own,
      tenantRole: 'OWNER',
    });
    const path = new URL(invitationUrl).pathname;
    expect((await fetch(new URL(path, web.url))).status).toBe(200);
    for (const look of ['light', 'dark', 'phone'] as const) {
      const guest = await web.browser.open(looks[look]);
      await guest.page.goto(path);
      await guest.page.getByText(owner.email).waitFor();
      expect(await seriousFindings(guest.page)).toEqual([]);
      await takePicture(guest.page, 'invitation', look);
      await guest.close();
    }
    window = await web.browser.open();
    await accept(window.page, invitationUrl, 'Olive Owner', owner.password);
    const late = await web.browser.open();
    await late.page.goto(path);
    await late.page.getByRole('heading', { name: 'This link is no longer valid' }).waitFor();
    await late.close();
  }, 180_000);

  it('let others in, who may less', async () => {
    const { page } = window;
    await page.getByRole('link', { name: 'People' }).click();
    await page.getByRole('button', { name: 'Invite somebody' }).click();
    await page.getByLabel('E-mail').fill(staff.email);
    await page.getByRole('button', { name: 'Invite', exact: true }).click();
    const link = (await page.locator('[data-secret]').textContent()) ?? '';
    await page.keyboard.press('Escape');
    await page.getByRole('cell', { name: staff.email }).waitFor();

    const second = await web.browser.open();
    await accept(second.page, link, 'Sam Staff', staff.password);
    await second.page.getByRole('link', { name: 'Keys' }).click();
    await second.page.getByText('No keys yet').waitFor();
    expect(await second.page.getByRole('button', { name: 'Make a key' }).count()).toBe(0);
    expect(
      await statusOf(second, 'POST', '/api/portal/tenant/current/keys', { name: 'x', scopes: ['read'] }),
    ).toBe(403);
    await second.close();
  }, 180_000);

  it('reach neither another workspace nor the console by an address, a cookie or a header', async () => {
    const { page } = window;
    expect(await statusOf(window, 'GET', '/api/portal/tenant/current/status')).toBe(200);
    for (const path of ['/api/admin/tenants', `/api/admin/tenants/${other}/status`, '/api/admin/keys'])
      expect([path, await statusOf(window, 'GET', path)]).toEqual([path, 403]);
    // Out of what is handed over, by the path alone.
    expect(await statusOf(window, 'GET', '/api/portal/tenant/current/..%2f..%2f..%2fadmin%2ftenants')).toBe(
      404,
    );
    expect(await statusOf(window, 'POST', '/api/workspace', { tenantId: other })).toBe(204);
    expect(await statusOf(window, 'GET', '/api/portal/tenant/current/status')).toBe(403);
    await page.goto('/');
    await page.getByRole('heading', { name: 'Which workspace?' }).waitFor();
    expect(await page.content()).not.toContain('Florist');
    await page.getByRole('button', { name: 'Bakery' }).click();
    await page.getByRole('heading', { name: 'Not connected yet' }).waitFor();

    const stranger = await fetch(new URL('/api/portal/tenant/current/status', web.url), {
      headers: { 'x-user-email': owner.email, 'x-portal-key': 'anything', 'x-tenant-id': own },
    });
    expect(stranger.status).toBe(401);
  }, 120_000);

  it('read who did what', async () => {
    const { page } = window;
    await page.goto('/activity');
    await page.getByRole('tab', { name: 'Who did what' }).click();
    await page.getByRole('cell', { name: owner.email }).first().waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await takePicture(page, 'who-did-what', 'light');
    await page.goto('/people');
    await page.getByRole('cell', { name: staff.email }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  }, 120_000);

  it('are out with the next call once they are removed, and their open page says so', async () => {
    const second = await signedIn(web, staff);
    await second.page.getByRole('heading', { name: 'Not connected yet' }).waitFor();
    const { page } = window;
    await page
      .getByRole('row', { name: /sam@example\.com/ })
      .getByRole('button', { name: 'Remove' })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('cell', { name: staff.email }).waitFor({ state: 'detached' });
    expect(await statusOf(second, 'GET', '/api/portal/tenant/current/status')).toBe(403);
    await second.page.reload();
    await second.page.getByRole('heading', { name: 'No workspace yet' }).waitFor();
    await second.close();
    expect(window.errors).toEqual([]);
    expect(window.foreign).toEqual([]);
    await window.close();
  }, 120_000);
});

/** What a page's own script is answered. */
async function statusOf({ page }: WebPage, method: string, path: string, body?: unknown): Promise<number> {
  const options = {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  };
  return page.evaluate(
    `fetch(${JSON.stringify(path)}, ${JSON.stringify(options)}).then(({ status }) => status)`,
  );
}
