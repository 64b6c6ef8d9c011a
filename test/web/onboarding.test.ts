import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seriousFindings, type WebPage, networkTurnMs } from '@wafleet/testing';
import { createPerson, type Person } from '../simulated-people';
import { scanInTime } from '../tenant-steps';
import { looks, takePicture } from './page-pictures';
import { startWebStack, type WebStack } from './portal-steps';

describe('an onboarding link', () => {
  let web: WebStack;
  let tenantId: string;
  let owner: Person;

  beforeAll(async () => {
    web = await startWebStack();
    owner = await createPerson(web.stack, '15550100001', 'Owner');
    tenantId = (await web.controlPlane.admin.post('/admin/tenants', { name: 'Bakery', start: false })).id;
  }, networkTurnMs + 240_000);
  afterAll(() => web?.stop(), 120_000);

  async function makeLink(): Promise<string> {
    const { url } = await web.controlPlane.admin.post(`/admin/tenants/${tenantId}/onboarding-link`, {});
    return new URL(url).pathname;
  }

  async function opensAs(path: string, heading: string): Promise<void> {
    const window = await web.browser.open();
    await window.page.goto(path);
    await window.page.getByRole('button', { name: 'Start' }).click();
    await window.page.getByText(heading).first().waitFor();
    await window.close();
  }

  it('shows a button to whoever looks, survives previewers and a reload, and is replaced by a newer one', async () => {
    const former = await makeLink();
    const path = await makeLink();
    for (let look = 0; look < 3; look++) expect((await fetch(new URL(path, web.url))).status).toBe(200);
    await opensAs(former, 'This link is no longer valid');
    for (const look of ['light', 'dark', 'phone'] as const) {
      const window = await web.browser.open(looks[look]);
      const { page } = window;
      await page.goto(path);
      await page.getByRole('button', { name: 'Start' }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await takePicture(page, 'link', look);
      await page.getByRole('button', { name: 'Start' }).click();
      await page.waitForURL('**/link/current');
      await page.reload();
      await page.getByRole('heading', { name: 'Link WhatsApp to Bakery' }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await window.close();
    }
  }, 180_000);

  it('links a phone, opens nothing else, and is used up by that', async () => {
    const path = await makeLink();
    const window = await web.browser.open();
    const { page, foreign, errors } = window;
    await page.goto(path);
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('button', { name: 'Show the code' }).click();
    await page.locator('svg[data-code]').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await takePicture(page, 'link-code', 'light');
    for (const closed of ['/api/portal/tenant/current/status', '/api/admin/tenants', '/api/me'])
      expect([closed, await answerTo(page, closed)]).toEqual([closed, 401]);

    await scanInTime(web.controlPlane, tenantId, owner);
    await page.getByRole('heading', { name: 'Your WhatsApp is connected' }).waitFor();
    await opensAs(path, 'This link is no longer valid');
    expect(foreign).toEqual([]);
    expect(errors).toEqual([]);
    await window.close();
  }, 240_000);
});

const answerTo = (page: WebPage['page'], path: string): Promise<number> =>
  page.evaluate(`fetch(${JSON.stringify(path)}).then(({ status }) => status)`);
