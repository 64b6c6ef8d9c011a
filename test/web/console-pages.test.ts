import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { eventually, findTenantProcesses, processInRole, networkTurnMs } from '@wafleet/testing';
import { createPerson } from '../simulated-people';
import { durablyLinkedTenant, untilActive } from '../tenant-steps';
import { looks } from './page-pictures';
import { expectEmptyWords, expectSignIn, expectWhole, type Visit } from './page-visits';
import { signedIn, startWebStack, type WebStack } from './portal-steps';
import { expectPatience } from './waiting-pages';

describe('every page of the console', () => {
  let web: WebStack;
  let pages: Visit[];
  let empties: { path: string; whenEmpty: string }[];

  beforeAll(async () => {
    web = await startWebStack();
    const { stack, controlPlane } = web;
    const { admin } = controlPlane;
    const owner = await createPerson(stack, '15550100101', 'Rye & Barley Bakery');
    const id = await durablyLinkedTenant(controlPlane, 'Rye & Barley Bakery', owner);
    const idle = await admin.post('/admin/tenants', { name: 'Fern Florist', start: false });
    const ofIdle = (name: string, whenEmpty: string) => ({
      path: `/fleet/${idle.id}?tab=${name}`,
      whenEmpty,
    });
    empties = [
      { path: '/fleet?q=nobody', whenEmpty: 'No tenant matches.' },
      { path: '/incidents?state=acknowledged', whenEmpty: 'Nothing that somebody knows of still goes on.' },
      { path: '/audit?actor=nobody', whenEmpty: 'Nothing was done that matches.' },
      { path: '/users?q=nobody', whenEmpty: 'Nobody matches.' },
      { path: '/capacity', whenEmpty: 'Nobody boots.' },
      ofIdle('logs&level=error', 'No lines of this level.'),
      ofIdle('metrics', 'No history yet.'),
      ofIdle('incidents', 'Nothing went wrong.'),
      ofIdle('messages', 'No messages yet.'),
      ofIdle('webhooks', 'No webhooks.'),
      ofIdle('keys', 'No keys yet'),
      ofIdle('snapshots', 'No snapshots yet.'),
      ofIdle('exports', 'No exports.'),
    ];
    process.kill(processInRole(findTenantProcesses(stack.tenantsDir), id, 'worker'), 'SIGKILL');
    const incident = await eventually(async () => (await admin.get('/admin/incidents')).items[0], {
      timeoutMs: 60_000,
      what: 'an incident of the worker that was killed',
    });
    await untilActive(controlPlane, id);
    await admin.post(`/admin/tenants/${id}/snapshots`);
    const job = await admin.post('/admin/bulk', { action: 'start', tenantIds: [id] });
    const tab = (name: string, shows: string): Visit => ({
      path: `/fleet/${id}?tab=${name}`,
      name: `tenant-${name}`,
      shows,
    });
    pages = [
      { path: '/fleet', name: 'fleet', shows: 'Fern Florist' },
      tab('timeline', 'Became recovering'),
      tab('logs', 'worker'),
      tab('metrics', '24 hours'),
      tab('incidents', 'Resolved'),
      tab('messages', 'No messages yet.'),
      tab('webhooks', 'No webhooks.'),
      tab('keys', 'No keys yet'),
      tab('snapshots', 'Restored'),
      tab('exports', 'No exports.'),
      tab('settings', 'Expected number'),
      { path: '/incidents?state=resolved', name: 'incidents', shows: 'Rye & Barley Bakery' },
      { path: '/incidents', name: 'incidents-empty', shows: 'Nothing is open' },
      { path: `/incidents/${incident.id}`, name: 'incident', shows: 'Memory before it' },
      { path: '/bulk', name: 'jobs', shows: 'Start 1 tenant' },
      { path: `/bulk/${job.id}`, name: 'job', shows: 'Rye & Barley Bakery' },
      { path: '/rollouts', name: 'rollouts', shows: 'No rollouts yet.' },
      { path: '/capacity', name: 'capacity', shows: 'Nobody boots.' },
      { path: '/health', name: 'health', shows: 'Ready' },
      { path: '/audit', name: 'audit', shows: 'Outcome' },
      { path: '/users', name: 'users', shows: 'Acts on the fleet' },
      { path: '/api-keys', name: 'fleet-keys', shows: 'Last used' },
      { path: '/settings', name: 'console-settings', shows: 'SENDS_PER_MINUTE' },
    ];
  }, networkTurnMs + 300_000);
  afterAll(() => web?.stop(), 120_000);

  it.each(['light', 'dark', 'phone'] as const)(
    'is whole and open to everybody: %s',
    async (look) => {
      const window = await signedIn(web, undefined, looks[look]);
      await expectWhole(window, pages, look);
      await window.close();
    },
    300_000,
  );

  it('says while it is empty what would be there', async () => {
    const window = await signedIn(web);
    await expectEmptyWords(window, empties);
    await window.close();
  }, 180_000);

  it('shows that it waits, and where it waits in vain what could not be fetched, and tries again', async () => {
    const window = await signedIn(web);
    const asked = /\/api\/(admin\/(?!events|fleet\/live|reasons)|health)/;
    await expectPatience(window, { pages, asked });
    await window.close();
  }, 300_000);

  it('leads who is not signed in to the sign-in', async () => {
    const stranger = await web.browser.open();
    await expectSignIn(stranger, pages);
    await stranger.close();
  }, 120_000);
});
