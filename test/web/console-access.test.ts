import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { firstAdmin, seriousFindings, type WebPage, networkTurnMs } from '@wafleet/testing';
import { signedIn, startWebStack, type WebStack } from './portal-steps';

const owner = { email: 'olive@example.com', password: 'a bakery that opens at six' };
const viewer = { email: 'vera@example.com', password: 'one who only ever looks' };

/** Buttons that change something, by how their names begin. */
const acting =
  /^(Add|Start|Restart|Stop|Try now|Force|Log out|Reset|Use it|Take|Restore|Store|Erase|Onboarding|Acknowledge|Resolve|Retry|Invite|Let|Sign out|Disable|Enable|Make|Revoke|Select|Delete|Remove|Reveal|Keep|Drain)\b/;

/** Within this time a stream ends of who may not read it any more. */
const lostWithinMs = 30_000;

describe('the console lets in', () => {
  let web: WebStack;
  let tenantId: string;
  let pages: string[];
  const userIds = new Map<string, string>();

  beforeAll(async () => {
    web = await startWebStack();
    const { admin } = web.controlPlane;
    tenantId = (await admin.post('/admin/tenants', { name: 'Bakery', start: false })).id;
    pages = [
      ...consolePaths({ tenantId, incidentId: 'inc_none', jobId: 'blk_none' }),
      ...['logs', 'metrics', 'messages', 'keys', 'snapshots', 'exports', 'settings'].map(
        (tab) => `/fleet/${tenantId}?tab=${tab}`,
      ),
    ];
    await letIn(owner, { tenantId, tenantRole: 'OWNER' });
    await letIn(viewer, { fleetRole: 'VIEWER' });
  }, networkTurnMs + 240_000);
  afterAll(() => web?.stop(), 120_000);

  /** As an operator invites somebody, who then sets a password. */
  async function letIn({ email, password }: typeof owner, role: Record<string, string>): Promise<void> {
    const { id, invitationUrl } = await web.controlPlane.admin.post('/admin/users', { email, ...role });
    userIds.set(email, id);
    const answer = await fetch(new URL('/api/invitations/accept', web.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: web.url },
      body: JSON.stringify({ token: invitationUrl.split('/').at(-1), name: 'Somebody', password }),
    });
    expect(answer.ok).toBe(true);
  }

  /** Every operation for operators that the API has, on the tenant. */
  async function operations(): Promise<[method: string, path: string][]> {
    const answer = await fetch(`${web.controlPlane.url}/openapi.json`);
    const { paths } = (await answer.json()) as { paths: Record<string, object> };
    return Object.entries(paths)
      .filter(([path]) => path.startsWith('/admin/'))
      .flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => [method.toUpperCase(), path] as const),
      )
      .map(([method, path]) => [
        method,
        `/api${path.replace('{tenantId}', tenantId).replaceAll(/\{\w+\}/g, 'unknown')}`,
      ]);
  }

  it('no owner of a tenant: no page of it is there, and its API says no', async () => {
    const window = await signedIn(web, owner);
    for (const path of pages) {
      const answer = await window.page.goto(path);
      expect([path, answer?.status()]).toEqual([path, 404]);
      await window.page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    }
    const asked = await operations();
    expect(asked.length).toBeGreaterThan(50);
    expect(await answersOf(window, asked)).toEqual(asked.map(([method, path]) => `${method} ${path} 403`));
    expect(window.errors).toEqual([]);
    await window.close();
  }, 120_000);

  it('a viewer to look: no button changes anything, nor does a call', async () => {
    const [operator, reader] = await Promise.all([signedIn(web), signedIn(web, viewer)]);
    const seen = new Set<string>();
    for (const path of pages) {
      for (const name of await buttonsOf(operator, path)) seen.add(name);
      expect([path, (await buttonsOf(reader, path)).filter((name) => acting.test(name))]).toEqual([path, []]);
    }
    // Of the same pages an operator who acts has them, so that the names are the right ones.
    expect([...seen]).toEqual(
      expect.arrayContaining([
        'Add a tenant',
        'Start',
        'Reset',
        'Make a key',
        'Take a snapshot',
        'Make an export',
        'Store',
        'Erase',
        'Drain',
        'Invite',
      ]),
    );
    const changes = (await operations()).filter(([method]) => method !== 'GET');
    expect(await answersOf(reader, changes)).toEqual(
      changes.map(([method, path]) => `${method} ${path} 403`),
    );
    expect(reader.errors).toEqual([]);
    await Promise.all([operator.close(), reader.close()]);
  }, 180_000);

  it('nobody any longer whose role is taken away: the open page loses its stream, and says so', async () => {
    const { admin } = web.controlPlane;
    const [reader, person] = await Promise.all([signedIn(web, viewer), signedIn(web, owner)]);
    await reader.page.goto(`/fleet/${tenantId}`);
    for (const { page } of [reader, person]) await page.getByText('Live', { exact: true }).waitFor();
    const readerId = userIds.get(viewer.email) ?? '';
    await admin.call('PATCH', `/admin/users/${readerId}`, { body: { fleetRole: null } });
    const member = `/admin/tenants/${tenantId}/users`;
    await admin.call('PUT', `${member}/${firstAdmin.email}`, { body: { role: 'OWNER' } });
    await admin.call('DELETE', `${member}/${owner.email}`);
    for (const { page } of [reader, person]) {
      await page.getByText('You may not look at this any more').waitFor({ timeout: lostWithinMs });
      await page.getByText('Ended', { exact: true }).waitFor();
      expect(await page.locator('main').textContent()).not.toContain('Bakery');
      expect(await seriousFindings(page)).toEqual([]);
    }
    expect((await reader.page.goto('/fleet'))?.status()).toBe(404);
    await Promise.all([reader.close(), person.close()]);
  }, 180_000);
});

/** Of every page of the console, as the app has them, with something in the places of its ids. */
function consolePaths(ids: Record<string, string>): string[] {
  const folder = resolve(__dirname, '../../apps/web/src/app/(console)');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('page.tsx'))
    .map((file) => join('/', file, '..').replaceAll(/\[(\w+)\]/g, (_, id: string) => ids[id] ?? 'unknown'));
}

/** Once the page shows what it has. */
async function buttonsOf({ page }: WebPage, path: string): Promise<string[]> {
  await page.goto(path);
  await page.getByText('Live', { exact: true }).waitFor();
  await page
    .getByRole('status', { name: /: loading$/ })
    .first()
    .waitFor({ state: 'detached' });
  return page.locator('main').getByRole('button').allInnerTexts();
}

/** What the page's own script is answered. */
async function answersOf({ page }: WebPage, calls: readonly [string, string][]): Promise<string[]> {
  return page.evaluate(`(async () => {
    const answers = [];
    for (const [method, path] of ${JSON.stringify(calls)}) {
      const { status } = await fetch(path, { method });
      answers.push(method + ' ' + path + ' ' + status);
    }
    return answers;
  })()`);
}
