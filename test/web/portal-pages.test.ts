import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type WebPage, seriousFindings, networkTurnMs } from '@wafleet/testing';
import { createPerson } from '../simulated-people';
import { linkedTenant } from '../tenant-steps';
import { looks, takePicture } from './page-pictures';
import { expectEmptyWords, expectSignIn, expectWhole } from './page-visits';
import { ownWorkspace, signedIn, startWebStack, type WebStack } from './portal-steps';
import { expectPatience } from './waiting-pages';

/** Every page of the portal: what is on it once it is there, and what it says while it is empty. */
const pages = [
  { path: '/', name: 'status', shows: 'All good', whenEmpty: 'No messages yet' },
  {
    path: '/connect',
    name: 'connected',
    shows: 'Your WhatsApp is connected',
    whenEmpty: 'Not connected yet',
  },
  { path: '/messages', name: 'messages', shows: 'Do you have rye bread?', whenEmpty: 'No messages yet' },
  { path: '/groups', name: 'groups', shows: 'Rye lovers', whenEmpty: 'Not connected now' },
  {
    path: '/webhooks',
    name: 'webhooks',
    shows: 'https://shop.example/whatsapp',
    whenEmpty: 'No webhooks yet',
  },
  { path: '/keys', name: 'keys', shows: 'Web shop', whenEmpty: 'No keys yet' },
  {
    path: '/activity',
    name: 'activity',
    shows: 'A message was received.',
    whenEmpty: 'The workspace was created.',
  },
  { path: '/people', name: 'people', shows: 'admin@example.com', whenEmpty: 'admin@example.com' },
  { path: '/settings', name: 'settings', shows: 'Chrome on Linux', whenEmpty: 'Chrome on Linux' },
];

describe('every page of the portal', () => {
  let web: WebStack;
  let busy: string;
  let empty: string;

  beforeAll(async () => {
    web = await startWebStack();
    const { stack, controlPlane } = web;
    const { admin } = controlPlane;
    const owner = await createPerson(stack, '15550100101', 'Rye & Barley Bakery');
    const customer = await createPerson(stack, '15550100201', 'Ada');
    busy = await linkedTenant(controlPlane, 'Rye & Barley Bakery', owner);
    empty = (await admin.post('/admin/tenants', { name: 'Fern Florist', start: false })).id;
    for (const tenantId of [busy, empty]) await ownWorkspace(controlPlane, tenantId);
    await customer.makeGroup('Rye lovers', [owner.number]);
    await customer.send(owner.number, 'Do you have rye bread?');
    await admin.post(`/admin/tenants/${busy}/messages`, {
      chatId: customer.number,
      body: 'Yes, we keep one for you until six.',
    });
    await admin.post(`/admin/tenants/${busy}/webhooks`, { url: 'https://shop.example/whatsapp' });
    await admin.post(`/admin/tenants/${busy}/keys`, { name: 'Web shop', scopes: ['read', 'send'] });
  }, networkTurnMs + 240_000);
  afterAll(() => web?.stop(), 120_000);

  async function inWorkspace(name: string, options = {}): Promise<WebPage> {
    const window = await signedIn(web, undefined, options);
    await window.page.getByRole('button', { name, exact: true }).click();
    await window.page.getByRole('navigation', { name: 'Pages' }).waitFor();
    return window;
  }

  it.each(['light', 'dark', 'phone'] as const)(
    'is whole and open to everybody: %s',
    async (look) => {
      const window = await inWorkspace('Rye & Barley Bakery', looks[look]);
      await expectWhole(window, pages, look);
      await window.close();
    },
    240_000,
  );

  it.each(['light', 'dark', 'phone'] as const)(
    'of who is not signed in too: %s',
    async (look) => {
      const window = await web.browser.open(looks[look]);
      const { page } = window;
      await page.goto('/sign-in');
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await takePicture(page, 'sign-in', look);
      await page.goto('/no-such-page');
      await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await window.close();
    },
    120_000,
  );

  it('says while it is empty what would be there', async () => {
    const window = await inWorkspace('Fern Florist');
    await expectEmptyWords(window, pages);
    await window.close();
  }, 180_000);

  it('shows that it waits, and where it waits in vain what could not be fetched, and tries again', async () => {
    const window = await inWorkspace('Rye & Barley Bakery');
    const asked = /\/api\/(portal\/tenant\/current\/(?!events\/live)|auth\/list-sessions)/;
    await expectPatience(window, { pages, asked });
    await window.close();
  }, 240_000);

  it('leads who is not signed in to the sign-in', async () => {
    const stranger = await web.browser.open();
    await expectSignIn(stranger, pages);
    await stranger.close();
  }, 120_000);
});
