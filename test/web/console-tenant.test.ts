import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, seriousFindings, type WebPage, networkTurnMs } from '@wafleet/testing';
import { createPerson, type Person } from '../simulated-people';
import { scanInTime, statusOf, untilActive } from '../tenant-steps';
import { signedIn, startWebStack, type WebStack } from './portal-steps';

/** An operator who mends and looks after one tenant, which was linked to another number than the expected one. */
describe('the page of a tenant', () => {
  let web: WebStack;
  let owner: Person;
  let customer: Person;
  let window: WebPage;
  let tenantId: string;

  beforeAll(async () => {
    web = await startWebStack();
    owner = await createPerson(web.stack, '15550100001', 'Owner');
    customer = await createPerson(web.stack, '15550100201', 'Ada');
    const expected = { name: 'Bakery', phoneNumber: '15550100009' };
    tenantId = (await web.controlPlane.admin.post('/admin/tenants', expected)).id;
    await scanInTime(web.controlPlane, tenantId, owner);
    await untilActive(web.controlPlane, tenantId);
    window = await signedIn(web);
  }, networkTurnMs + 240_000);
  afterAll(async () => {
    await window?.close();
    await web?.stop();
  }, 120_000);

  const tab = (name: string) => window.page.goto(`/fleet/${tenantId}?tab=${name}`);
  const inDialog = () => window.page.getByRole('dialog');

  it('lets a number stay that is not the expected one', async () => {
    const { page } = window;
    await tab('timeline');
    await page.getByText('Another number was linked').first().waitFor();
    await page.getByRole('button', { name: 'Keep this number' }).click();
    await inDialog().getByText('It becomes the expected one.').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await inDialog().getByRole('button', { name: 'Keep this number' }).click();
    await page.getByText('The number of Bakery stays').waitFor();
    await page.getByRole('button', { name: /^Keep/ }).waitFor({ state: 'detached' });
    expect(await statusOf(web.controlPlane, tenantId)).toMatchObject({ status: 'ACTIVE', reason: null });
  }, 120_000);

  it('shows what becomes of messages, and what one says only where that is asked for, which is on record', async () => {
    const { page } = window;
    await customer.send(owner.number, 'Do you have rye bread?');
    const answers: string[] = [];
    page.on('response', (answer) => {
      if (answer.url().includes('/messages')) void answer.text().then((text) => answers.push(text));
    });
    await tab('messages');
    const reveal = page.getByRole('button', { name: 'Reveal' });
    await reveal.waitFor();
    await eventually(() => answers.length > 0, { timeoutMs: 60_000, what: 'the list of messages' });
    expect(answers.join()).not.toContain('rye');
    await reveal.click();
    await inDialog().getByText('is written to the audit log').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await inDialog().getByRole('button', { name: 'Reveal' }).click();
    await page.getByRole('cell', { name: 'Do you have rye bread?' }).waitFor();
    await page.goto(`/audit?tenant=${tenantId}`);
    await page.getByText('/reveal').waitFor();
    expect(await page.content()).not.toContain('rye');
  }, 120_000);

  it('looks at the page of the session as it is, which is on record', async () => {
    const { page } = window;
    await tab('timeline');
    await page.getByRole('button', { name: 'Screenshot' }).click();
    await inDialog().getByText('is written to the audit log').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await inDialog().getByRole('button', { name: 'Take it' }).click();
    const picture = inDialog().getByAltText('The page of the session as it is now');
    await picture.waitFor();
    const width = () => picture.evaluate((image) => (image as { naturalWidth?: number }).naturalWidth ?? 0);
    await eventually(async () => (await width()) > 100, { timeoutMs: 60_000, what: 'the picture' });
    await inDialog().getByRole('button', { name: 'Close', exact: true }).first().click();
    await page.goto(`/audit?tenant=${tenantId}`);
    await page.getByText('/session/screenshot').first().waitFor();
  }, 120_000);

  it('shows what became of what a webhook was told, attempt by attempt', async () => {
    const { page } = window;
    const { admin } = web.controlPlane;
    const path = `/admin/tenants/${tenantId}/webhooks`;
    const input = { url: 'https://receiver.invalid/hook', events: ['message.received'] };
    const { id } = await admin.post(path, input);
    await customer.send(owner.number, 'And white bread?');
    await eventually(async () => (await admin.get(`${path}/${id}/deliveries`)).items[0]?.attempts > 0, {
      timeoutMs: 60_000,
      what: 'an attempt in vain',
    });
    await tab('webhooks');
    await page.getByRole('button', { name: 'Show deliveries' }).click();
    await page.getByRole('cell', { name: 'message.received', exact: true }).waitFor();
    expect(await page.content()).not.toContain('white bread');
    await page.getByRole('button', { name: /attempts of message.received/ }).click();
    await inDialog()
      .getByRole('cell', { name: /^\d+ ms$/ })
      .first()
      .waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await admin.call('DELETE', `${path}/${id}`);
  }, 120_000);

  it('makes a key of the tenant, shows it once, and revokes it', async () => {
    const { page } = window;
    await tab('keys');
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByLabel('Name').fill('Web shop');
    await page.getByRole('button', { name: 'Make the key' }).click();
    const secret = page.locator('[data-secret]');
    await secret.waitFor();
    const key = (await secret.textContent()) ?? '';
    const opened = () =>
      fetch(`${web.controlPlane.url}/v1/status`, { headers: { authorization: `Bearer ${key}` } });
    expect((await opened()).status).toBe(200);
    await page.keyboard.press('Escape');
    await secret.waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(key);
    await page.getByRole('button', { name: 'Revoke' }).click();
    await inDialog().getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('Revoked', { exact: true }).waitFor();
    expect((await opened()).status).toBe(401);
  }, 120_000);

  it('makes an export, hands it out, and removes it', async () => {
    const { page } = window;
    await tab('exports');
    await page.getByRole('button', { name: 'Make an export' }).click();
    await inDialog().getByText('kept for a week').waitFor();
    await inDialog().getByRole('button', { name: 'Make an export' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download', { timeout: 60_000 }),
      page.getByRole('link', { name: 'Fetch' }).click({ timeout: 60_000 }),
    ]);
    expect(download.suggestedFilename()).toMatch(/^wafleet-export-.*\.tar\.gz$/);
    // A gzip begins so.
    expect((await readFile(await download.path())).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
    await page.getByRole('button', { name: 'Remove' }).click();
    await inDialog().getByRole('button', { name: 'Remove' }).click();
    await page.getByText('No exports.').waitFor();
  }, 180_000);

  it('shows its log about a moment, and follows the newest again', async () => {
    const { page } = window;
    const { items } = await web.controlPlane.admin.get(
      `/admin/tenants/${tenantId}/logs?level=info&limit=1000`,
    );
    const oldest = items.at(-1) as { at: string; message: string };
    await page.goto(`/fleet/${tenantId}?tab=logs&at=${encodeURIComponent(oldest.at)}`);
    await page.getByText(/^Up to .*, nothing newer\.$/).waitFor();
    const lines = page.getByRole('list', { name: 'Log lines, newest first' }).getByRole('listitem');
    await lines.filter({ hasText: oldest.message }).last().waitFor();
    await page.getByRole('button', { name: 'To the newest' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    expect(new URL(page.url()).searchParams.has('at')).toBe(false);
  }, 120_000);

  it('snapshots many at once, and says of each what came of it', async () => {
    const { page } = window;
    await eventually(async () => (await statusOf(web.controlPlane, tenantId)).session.linkIsDurable, {
      timeoutMs: 60_000,
      what: 'a link that survives a crash',
    });
    await web.controlPlane.admin.post('/admin/tenants', { name: 'Florist', start: false });
    await page.goto('/fleet');
    for (const name of ['Bakery', 'Florist']) await page.getByLabel(`Select ${name}`).check();
    await page.getByRole('button', { name: 'Snapshot', exact: true }).click();
    await inDialog().getByText('A copy of each login is taken').waitFor();
    await inDialog().getByRole('button', { name: 'Snapshot' }).click();
    await page.waitForURL('**/bulk/blk_*');
    const row = (name: string) => page.getByRole('row').filter({ hasText: name });
    await row('Florist').getByText('Failed', { exact: true }).waitFor();
    await row('Bakery')
      .getByText(/^(Done|Failed)$/)
      .waitFor({ timeout: 120_000 });
    await page.getByText(/Ended\./).waitFor();
  }, 300_000);

  it('drains the installation, says how far that is, and lets workers run again, all of it on record', async () => {
    const { page } = window;
    await page.goto('/capacity');
    await page.getByRole('button', { name: 'Drain', exact: true }).click();
    await inDialog().getByText('The workers of 1 tenant end within seconds').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await inDialog().getByRole('button', { name: 'Drain', exact: true }).click();
    await page.getByText('Drained', { exact: true }).waitFor({ timeout: 120_000 });
    await page.getByText('No worker runs, and none starts; 1 tenant to come back.').waitFor();
    const waiting = await statusOf(web.controlPlane, tenantId);
    expect(waiting).toMatchObject({ desiredState: 'RUNNING', reason: { code: 'capacity_wait' } });
    expect(await seriousFindings(page)).toEqual([]);

    await page.getByRole('button', { name: 'Let workers run again' }).click();
    await page.getByText('May run', { exact: true }).waitFor();
    await untilActive(web.controlPlane, tenantId);
    await page.goto('/audit?action=POST%20/admin/capacity');
    for (const act of ['drain', 'resume']) await page.getByText(`/admin/capacity/${act}`).first().waitFor();
  }, 300_000);

  it('deletes a snapshot', async () => {
    const { page } = window;
    await tab('snapshots');
    const rows = page.getByRole('button', { name: 'Delete' });
    await rows.first().waitFor();
    const before = await rows.count();
    await rows.first().click();
    await inDialog().getByText("It can't be brought back.").waitFor();
    await inDialog().getByRole('button', { name: 'Delete' }).click();
    await eventually(async () => (await rows.count()) === before - 1, {
      timeoutMs: 60_000,
      what: 'a snapshot less',
    });
  }, 120_000);

  it('has settings of the operator and of the installation, without its secrets', async () => {
    const { page, foreign, errors } = window;
    await page.getByRole('link', { name: 'Settings', exact: true }).click();
    await page.getByRole('row', { name: /SENDS_PER_MINUTE/ }).waitFor();
    await page.getByLabel('Current password').waitFor();
    expect(await page.content()).not.toContain(web.stack.adminKey);
    await page.getByLabel('Only what is set').check();
    await page.getByRole('row', { name: /DATABASE_URL.*secret/ }).waitFor();
    expect(foreign).toEqual([]);
    expect(errors).toEqual([]);
  }, 120_000);
});
