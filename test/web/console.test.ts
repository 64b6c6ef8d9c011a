import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  eventually,
  findTenantProcesses,
  firstAdmin,
  processInRole,
  seriousFindings,
  type WebPage,
  networkTurnMs,
} from '@wafleet/testing';
import { createPerson, type Person } from '../simulated-people';
import { scanInTime, statusOf, untilActive } from '../tenant-steps';
import { signedIn, startWebStack, type WebStack } from './portal-steps';

/** An operator in front of a browser: the built web app, the control plane, a worker and its Chromium, the stand-in. */
describe('the console', () => {
  let web: WebStack;
  let owner: Person;
  let window: WebPage;
  let tenantId: string;

  beforeAll(async () => {
    web = await startWebStack();
    owner = await createPerson(web.stack, '15550100001', 'Owner');
    window = await signedIn(web);
  }, networkTurnMs + 240_000);
  afterAll(async () => {
    await window?.close();
    await web?.stop();
  }, 120_000);

  const row = (name: string) => window.page.getByRole('row').filter({ hasText: name });

  it('begins with an empty fleet, and says how it fills', async () => {
    const { page } = window;
    await page.waitForURL('**/fleet');
    await page.getByText('No tenants yet.').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  }, 120_000);

  it('adds a tenant, and sees it turn active by a scan without a reload', async () => {
    const { page } = window;
    await page.getByRole('button', { name: 'Add a tenant' }).click();
    await page.getByLabel('Name').fill('Bakery');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.waitForURL('**/fleet/ten_*');
    tenantId = new URL(page.url()).pathname.split('/').at(-1) as string;
    await page.evaluate('globalThis.neverReloaded = true');
    await page.getByText('Needs scan', { exact: true }).first().waitFor();
    await scanInTime(web.controlPlane, tenantId, owner);
    await page.getByText('Active', { exact: true }).first().waitFor();
    expect(await page.evaluate('globalThis.neverReloaded')).toBe(true);
  }, 240_000);

  it('tells of a worker that was killed, and of its repair, by itself', async () => {
    const { page } = window;
    await eventually(async () => (await statusOf(web.controlPlane, tenantId)).session.linkIsDurable, {
      timeoutMs: 60_000,
      what: 'a link that survives a crash',
    });
    process.kill(processInRole(findTenantProcesses(web.stack.tenantsDir), tenantId, 'worker'), 'SIGKILL');
    // It may be well again before anybody sees it: the timeline keeps it.
    await row('Became recovering').first().waitFor();
    await page.getByText('Active', { exact: true }).first().waitFor();
    expect(await page.evaluate('globalThis.neverReloaded')).toBe(true);
  }, 240_000);

  it('shows the fleet as it changes', async () => {
    const { page } = window;
    await page.getByRole('link', { name: 'Fleet', exact: true }).first().click();
    await row('Bakery').getByText('Active').waitFor();
    await web.controlPlane.admin.post(`/admin/tenants/${tenantId}/worker/stop`);
    await row('Bakery').getByText('Paused').waitFor();
    await web.controlPlane.admin.post(`/admin/tenants/${tenantId}/worker/start`);
    await row('Bakery').getByText('Active').waitFor();
  }, 180_000);

  it('is searched and walked by keyboard, and keeps the search in its address', async () => {
    const { page } = window;
    await web.controlPlane.admin.post('/admin/tenants', { name: 'Florist', start: false });
    await row('Florist').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('status:active');
    await row('Florist').waitFor({ state: 'detached' });
    await page.waitForURL(/q=status%3Aactive/);
    await page.reload();
    await row('Bakery').waitFor();
    expect(await row('Florist').count()).toBe(0);
    await page.getByLabel('Search tenants').fill('nothing:here');
    await page.getByText(/nothing: is not known/).waitFor();
    await page.getByLabel('Search tenants').fill('nobody has this name');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await row('Florist').waitFor();
    await page.getByRole('heading', { name: 'Fleet' }).click();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.getByText('1 selected').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('1 selected').waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await page.waitForURL('**/fleet/ten_*');
    await page.getByRole('tab', { name: 'Timeline' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Fleet' }).waitFor();
    await row('Bakery').waitFor();
  }, 180_000);

  it('restarts what is selected, and says what came of each', async () => {
    const { page } = window;
    await untilActive(web.controlPlane, tenantId);
    await page.getByLabel('Select Bakery').check();
    await page.getByRole('button', { name: 'Restart', exact: true }).click();
    await page.getByRole('dialog').getByText('Bakery').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Restart' }).click();
    await page.waitForURL('**/bulk/blk_*');
    await row('Bakery').getByText('Done', { exact: true }).waitFor();
    await page.getByText(/Ended\./).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  }, 240_000);

  it('makes a link by which somebody links a phone, shows it once, and withdraws it', async () => {
    const { page } = window;
    await page.goto(`/fleet/${tenantId}`);
    await page.getByRole('button', { name: 'Onboarding link' }).click();
    await page.getByText('There is none.').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Make a link' }).click();
    const secret = page.locator('[data-secret]');
    await secret.waitFor();
    const link = (await secret.textContent()) ?? '';
    expect(link).toMatch(/\/link\/[\w-]{20,}$/);
    await page.keyboard.press('Escape');
    await secret.waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(link);
    await page.getByRole('button', { name: 'Onboarding link' }).click();
    await page.getByText(/not opened yet, good until in/).waitFor();
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByText('There is none.').waitFor();
    await page.keyboard.press('Escape');
  }, 120_000);

  it('shows the portal as the tenant sees it, where nothing can be changed, and leads back', async () => {
    const { page } = window;
    await untilActive(web.controlPlane, tenantId);
    await page.getByRole('button', { name: 'View as tenant' }).click();
    await page.getByText('You see Bakery as its people do.').waitFor();
    await page.getByRole('heading', { level: 1, name: 'Connected' }).waitFor();
    expect(await page.getByRole('button', { name: /Restart|Disconnect|Reset/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'Back to the console' }).click();
    await page.waitForURL(`**/fleet/${tenantId}`);
  }, 120_000);

  it('restores a snapshot once its warning was accepted', async () => {
    const { page } = window;
    const path = `/admin/tenants/${tenantId}/snapshots`;
    const all = async (): Promise<any[]> => (await web.controlPlane.admin.get(path)).items;
    await page.getByRole('tab', { name: 'Snapshots' }).click();
    await eventually(
      async () => {
        if ((await all()).some(({ state }) => state === 'READY')) return true;
        // A copy that a busy machine does not make in time is let go of, as it should be.
        await page.getByRole('button', { name: 'Take a snapshot' }).click();
        return false;
      },
      {
        timeoutMs: 120_000,
        everyMs: 3_000,
        what: async () => `a snapshot; now ${JSON.stringify(await all())}`,
      },
    );
    await page.getByRole('button', { name: 'Restore' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('messages, webhooks and settings are kept').waitFor();
    const restore = dialog.getByRole('button', { name: 'Restore' });
    await restore.click();
    await dialog.getByText(/The present login works/).waitFor();
    expect(await restore.isDisabled()).toBe(true);
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByLabel('Restore it all the same').check();
    await restore.click();
    await page.getByText('The snapshot is being restored').waitFor();
    await eventually(async () => (await all()).some(({ restoredAt }) => restoredAt !== null), {
      timeoutMs: 60_000,
      what: async () => `a restored snapshot; now ${JSON.stringify(await all())}`,
    });
    await untilActive(web.controlPlane, tenantId);
  }, 300_000);

  it('says where it is on record what was done, and who did it', async () => {
    const { page } = window;
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('dialog').getByText('Messages are kept.').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Log out' }).click();
    await page.getByText('WhatsApp of Bakery is being signed out here').waitFor();
    await page.getByRole('link', { name: 'Audit', exact: true }).last().click();
    await page.waitForURL(`**/audit?tenant=${tenantId}`);
    await row('/session/logout').getByText(firstAdmin.email).waitFor();
    await eventually(async () => (await owner.devices()).length === 0, {
      timeoutMs: 60_000,
      what: 'a phone without linked devices',
    });
  }, 180_000);

  it('asks no other host, and no script of it fails', () => {
    expect(window.foreign).toEqual([]);
    expect(window.errors).toEqual([]);
  });
});
