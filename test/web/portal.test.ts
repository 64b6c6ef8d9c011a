import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  callStandin,
  eventually,
  findTenantProcesses,
  firstAdmin,
  processInRole,
  type WebPage,
  networkTurnMs,
} from '@wafleet/testing';
import { createPerson, type Person } from '../simulated-people';
import { scanInTime, statusOf } from '../tenant-steps';
import { ownWorkspace, signedIn, startWebStack, type WebStack } from './portal-steps';

/** A person in front of a browser: the built web app, the control plane, a worker and its Chromium, the stand-in. */
describe('the portal', () => {
  let web: WebStack;
  let tenantId: string;
  let owner: Person;
  let customer: Person;
  let window: WebPage;

  beforeAll(async () => {
    web = await startWebStack();
    owner = await createPerson(web.stack, '15550100001', 'Owner');
    customer = await createPerson(web.stack, '15550100002', 'Customer');
    const made = await web.controlPlane.admin.post('/admin/tenants', { name: 'Bakery', start: false });
    tenantId = made.id;
    await ownWorkspace(web.controlPlane, tenantId);
  }, networkTurnMs + 240_000);
  afterAll(() => web?.stop(), 120_000);

  it('lets nobody in who is not signed in, and says the same of every wrong password', async () => {
    const stranger = await web.browser.open();
    const { page } = stranger;
    await page.goto('/messages');
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    for (const email of [firstAdmin.email, 'nobody@example.com']) {
      await page.getByLabel('E-mail').fill(email);
      await page.getByLabel('Password').fill('not the password');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByText('That e-mail and password do not match.').waitFor();
      await page.reload();
    }
    await stranger.close();
  }, 120_000);

  it('sends no password before the page listens, and loses nothing of what was typed meanwhile', async () => {
    const early = await web.browser.open();
    const { page } = early;
    let letScriptsCome = () => undefined as void;
    const scriptsMayCome = new Promise<void>((resolve) => (letScriptsCome = resolve));
    await page.route(/\/_next\/static\/.*\.js/, async (route) => {
      await scriptsMayCome;
      await route.continue();
    });
    await page.goto('/sign-in', { waitUntil: 'commit' });
    await page.getByLabel('E-mail').fill(firstAdmin.email);
    await page.getByLabel('Password').fill(firstAdmin.password);
    await page.getByLabel('Password').press('Enter');
    const button = page.getByRole('button', { name: 'Sign in', exact: true });
    expect(await button.isDisabled()).toBe(true);
    expect(page.url()).toBe(`${web.url}/sign-in`);
    letScriptsCome();
    await button.click();
    await page.waitForURL((url) => url.pathname !== '/sign-in');
    await early.close();
  }, 120_000);

  it('links WhatsApp by a code that is renewed, and turns connected without a reload', async () => {
    await callStandin(web.stack, 'POST', '/faults', { faults: { qrTtlMs: 4_000 } });
    window = await signedIn(web);
    const { page } = window;
    await page.getByRole('heading', { name: 'Not connected yet' }).waitFor();
    await page.getByRole('link', { name: 'Connect WhatsApp' }).click();
    await page.getByRole('button', { name: 'Show the code' }).click();
    const code = page.locator('svg[data-code]');
    await code.waitFor();
    const first = await code.getAttribute('data-code');
    await page.evaluate('globalThis.neverReloaded = true');
    await eventually(async () => (await code.getAttribute('data-code')) !== first, {
      timeoutMs: 60_000,
      what: 'a renewed code in the page',
    });
    await scanInTime(web.controlPlane, tenantId, owner);
    await page.getByRole('heading', { name: 'Your WhatsApp is connected' }).waitFor();
    expect(await page.evaluate('globalThis.neverReloaded')).toBe(true);
  }, 240_000);

  it('sends, receives, and says that there are new messages without jumping', async () => {
    const { page } = window;
    await page.getByRole('link', { name: 'Send a test message' }).click();
    await page.getByLabel('To', { exact: true }).fill(`+${customer.number}`);
    await page.getByLabel('Text', { exact: true }).fill('Your bread is ready');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const sent = page.getByRole('listitem').filter({ hasText: 'Your bread is ready' });
    await sent.getByText(/^(Sent|Delivered|Read)$/).waitFor();
    await eventually(
      async () => (await customer.chatWith(owner.number)).some(({ body }) => body === 'Your bread is ready'),
      { timeoutMs: 60_000, what: 'the message on the other phone' },
    );

    await customer.send(owner.number, 'Thank you, I am coming');
    await page.getByRole('button', { name: '1 new message' }).click();
    await page.getByRole('button', { name: /Thank you, I am coming/ }).click();
    await page.getByRole('dialog').getByText('Received', { exact: true }).first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('Your bread is ready').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByLabel('Direction').selectOption('Sent');
    await page.waitForURL(/direction=OUTBOUND/);
    await page.getByRole('button', { name: /Thank you/ }).waitFor({ state: 'detached' });
  }, 180_000);

  it('tells that a worker died, and that it is back, by itself', async () => {
    const { page } = window;
    await eventually(async () => (await statusOf(web.controlPlane, tenantId)).session.linkIsDurable, {
      timeoutMs: 60_000,
      what: 'a link that survives a crash',
    });
    await page.getByRole('link', { name: 'Status' }).click();
    const headline = page.getByRole('heading', { level: 1 });
    await page.getByRole('heading', { level: 1, name: 'Connected' }).waitFor();
    process.kill(processInRole(findTenantProcesses(web.stack.tenantsDir), tenantId, 'worker'), 'SIGKILL');
    await eventually(async () => (await headline.textContent()) !== 'Connected', {
      timeoutMs: 60_000,
      everyMs: 20,
      what: 'another headline',
    });
    await page.getByRole('heading', { level: 1, name: 'Connected' }).waitFor();
    await page.getByText('All good').waitFor();
  }, 240_000);

  it('shows what it knows as old while the control plane is away, and comes back without a reload', async () => {
    const { page } = window;
    await page.evaluate('globalThis.neverReloaded = true');
    await page.getByText('Live', { exact: true }).waitFor();
    await web.controlPlane.process.end('SIGKILL');
    await page.getByText(/^Reconnecting…/).waitFor();
    await page.getByText(/^As of /).waitFor();
    await web.restartControlPlane();
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByText(/^As of /).waitFor({ state: 'detached' });
    await page.getByRole('heading', { level: 1, name: 'Connected' }).waitFor();
    expect(await page.evaluate('globalThis.neverReloaded')).toBe(true);
  }, 240_000);

  it('is reset by its owner, who is told what that costs, and where it is on record', async () => {
    const { page } = window;
    await page.getByRole('button', { name: 'Reset' }).click();
    await page.getByText('This signs WhatsApp out here and you scan a new code. Messages stay.').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Reset' }).click();
    await page.getByRole('link', { name: 'Audit' }).click();
    await page
      .getByRole('cell', { name: /start anew with a fresh code/ })
      .first()
      .waitFor();
    await page.getByRole('link', { name: 'Status' }).click();
    await page.getByRole('heading', { level: 1, name: 'Waiting for a scan' }).waitFor();
  }, 240_000);

  it('makes a webhook and a key, shows what is secret once, and takes them away again', async () => {
    const { page } = window;
    await page.getByRole('link', { name: 'Keys' }).click();
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByLabel('Name').fill('Shop');
    await page.getByRole('button', { name: 'Make the key' }).click();
    const secret = page.locator('[data-secret]');
    await secret.waitFor();
    const key = (await secret.textContent()) ?? '';
    expect(key.length).toBeGreaterThan(30);
    await page.keyboard.press('Escape');
    await secret.waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(key);
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('Revoked', { exact: true }).waitFor();

    await page.getByRole('link', { name: 'Webhooks' }).click();
    await page.getByRole('button', { name: 'Add a webhook' }).click();
    await page.getByLabel('Address').fill('https://receiver.example/hook');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await secret.waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Show deliveries' }).click();
    await page.getByRole('tab', { name: 'Delivered' }).waitFor();
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('No webhooks yet').waitFor();
  }, 180_000);

  it('signs out, and nothing of before can be read any more', async () => {
    const { page, foreign, errors } = window;
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL('**/sign-in');
    const status = await page.evaluate(
      "fetch('/api/portal/tenant/current/status').then((answer) => answer.status)",
    );
    expect(status).toBe(401);
    expect(foreign).toEqual([]);
    expect(errors).toEqual([]);
    await window.close();
  }, 120_000);
});
