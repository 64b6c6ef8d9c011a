import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import { asAdmin } from '@wafleet/testing';
import { noEvidence } from '../../src/incidents/evidence';
import { incidentRetention } from '../../src/incidents/incident-retention';
import { createIncidentNoter, type NewIncident } from '../../src/incidents/note-incident';
import { createNewId } from '../../src/new-id';
import { refreshTenantStatus } from '../../src/sessions/refresh-tenant-status';
import { lockTenant } from '../../src/tenants/changes/change-tenant';
import type { NewTenantEvent } from '../../src/tenants/tenant-events';
import { startTestApi, type TestApi } from '../test-api';

const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(2_000, 'picture')]);
const minuteMs = 60_000;

describe('incidents', () => {
  let api: TestApi;
  let tenantId: TenantId;
  let aheadMs: number;

  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api?.stop());
  beforeEach(async () => {
    tenantId = await api.createTenant('Bakery', { owner: 'owner@example.com', start: true });
    aheadMs = 0;
  });

  const now = () => new Date(Date.now() + aheadMs);
  const newId = createNewId();

  /** Notes a trouble as a worker's report or a crash would, and returns what is told of it. */
  const note = (part: Partial<NewIncident> = {}): Promise<NewTenantEvent[]> =>
    api.commit(async (tx) => {
      const incident: NewIncident = {
        tenantId,
        generation: 1,
        number: null,
        reason: 'renderer_crashed',
        detail: null,
        at: now(),
        evidence: noEvidence,
        screenshot: null,
        noScreenshot: 'the page had crashed',
        ...part,
      };
      await lockTenant(tx, incident.tenantId);
      const events = await createIncidentNoter({ vault: api.vault, newId, now })(tx, incident);
      return { events, result: events };
    });

  const setGreen = (isGreen: boolean): Promise<void> =>
    api.commit(async (tx) => {
      const greenUntil = isGreen ? new Date(now().getTime() + minuteMs) : null;
      await tx.workerProcess.update({ where: { tenantId }, data: { status: 'RUNNING', generation: 1 } });
      await tx.whatsappSession.update({ where: { tenantId }, data: { state: 'CONNECTED' } });
      await tx.tenant.update({ where: { id: tenantId }, data: { greenUntil } });
      return { events: await refreshTenantStatus(tx, tenantId, now()), result: undefined };
    });

  const list = async (query = '', path = `/admin/tenants/${tenantId}/incidents`) =>
    (await api.admin('GET', path + query)).body;
  const only = async () => {
    const { items } = await list();
    expect(items).toHaveLength(1);
    return (await api.admin('GET', `/admin/tenants/${tenantId}/incidents/${items[0].id}`)).body;
  };
  const types = (events: NewTenantEvent[]) => events.map(({ type }) => type);

  it('are listed per tenant and for the fleet, newest first, by reason and by whether they are over', async () => {
    const other = await api.createTenant('Florist');
    await note({ reason: 'page_timeout' });
    await note({ reason: 'out_of_memory' });
    await note({ reason: 'browser_hung', tenantId: other });
    await setGreen(true);
    await setGreen(false);
    await note({ reason: 'max_reconnects', detail: 'last: page_timeout' });

    const { items, nextCursor } = await list('?limit=2');
    expect(items).toMatchObject([
      {
        tenantId,
        reason: { code: 'max_reconnects', label: 'Reconnecting failed' },
        detail: 'last: page_timeout',
        count: 1,
        resolvedAt: null,
        hasScreenshot: false,
      },
      { reason: { code: 'out_of_memory' }, resolvedAt: expect.any(String) },
    ]);
    expect((await list(`?limit=2&cursor=${nextCursor}`)).items).toMatchObject([
      { reason: { code: 'page_timeout' } },
    ]);
    expect((await list('?open=true')).items).toMatchObject([{ reason: { code: 'max_reconnects' } }]);
    expect((await list('?open=false&reason=page_timeout')).items).toHaveLength(1);
    const fleet = (await list('?open=true', '/admin/incidents')).items;
    expect(fleet.map((incident: any) => incident.tenantId)).toEqual([tenantId, other]);
  });

  it('what comes again soon is counted; the evidence of the first time stays', async () => {
    const first = { ...noEvidence, pageErrors: [{ at: 1, level: 'error', text: 'the first' }] };
    const later = { ...noEvidence, pageErrors: [{ at: 2, level: 'error', text: 'a consequence' }] };
    expect(types(await note({ evidence: first, detail: 'once' }))).toEqual(['incident.opened']);
    aheadMs = 2 * minuteMs;
    expect(await note({ evidence: later, detail: 'twice' })).toEqual([]);
    const incident = await only();
    expect(incident).toMatchObject({
      count: 2,
      detail: 'twice',
      evidence: { pageErrors: [{ at: '1970-01-01T00:00:00.001Z', text: 'the first' }] },
    });
    expect(Date.parse(incident.lastSeenAt) - Date.parse(incident.openedAt)).toBeGreaterThan(minuteMs);
  });

  it('that healed and come again soon are open again; much later they are new ones', async () => {
    await note();
    await setGreen(true);
    await setGreen(false);
    aheadMs = 5 * minuteMs;
    expect(await note()).toMatchObject([{ type: 'incident.opened', data: { count: 2 } }]);
    expect(await only()).toMatchObject({ count: 2, resolvedAt: null });
    await setGreen(true);
    await setGreen(false);
    aheadMs = 20 * minuteMs;
    await note();
    expect((await list()).items).toMatchObject([{ count: 1 }, { count: 2 }]);
  });

  it('a report that comes twice counts once', async () => {
    await note({ number: 1 });
    expect(await note({ number: 1 })).toEqual([]);
    await note({ number: 2 });
    await note({ number: 2 });
    await note({ number: 1, generation: 2 });
    expect(await only()).toMatchObject({ count: 3 });
  });

  it('are over when the tenant is green again, and told so', async () => {
    await note();
    await setGreen(true);
    expect(await only()).toMatchObject({ resolvedAt: expect.any(String) });
    const { items } = (await api.admin('GET', `/admin/tenants/${tenantId}/events`)).body;
    const told = items.filter((event: any) => event.type.startsWith('incident.'));
    const data = { incidentId: (await only()).id, reason: 'renderer_crashed', count: 1 };
    expect(told).toMatchObject([
      { type: 'incident.resolved', data },
      { type: 'incident.opened', data },
    ]);
  });

  it('that are heard of after they have healed are over at once', async () => {
    await setGreen(true);
    expect(types(await note())).toEqual(['incident.opened', 'incident.resolved']);
    expect(await only()).toMatchObject({ resolvedAt: expect.any(String) });
  });

  it('a time of the future is taken as now', async () => {
    await note({ at: new Date(Date.now() + 1e9) });
    expect(Date.parse((await only()).openedAt)).toBeLessThanOrEqual(Date.now());
  });

  it('a screenshot is stored encrypted, and given as it was', async () => {
    await note({ screenshot: jpeg, noScreenshot: null });
    const { id, hasScreenshot, noScreenshot } = await only();
    expect({ hasScreenshot, noScreenshot }).toEqual({ hasScreenshot: true, noScreenshot: null });
    const { sealed } = await api.db.incidentScreenshot.findUniqueOrThrow({ where: { incidentId: id } });
    expect(Buffer.from(sealed).includes('picture')).toBe(false);

    const path = `/admin/tenants/${tenantId}/incidents/${id}/screenshot`;
    const answer = await fetch(api.url + path, { headers: asAdmin(api.adminKey) });
    expect(answer.headers.get('content-type')).toBe('image/jpeg');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(jpeg);
  });

  it('without a screenshot say why, and take one from a repeat', async () => {
    await note();
    const { id } = await only();
    const path = `/admin/tenants/${tenantId}/incidents/${id}/screenshot`;
    expect((await api.admin('GET', path)).body).toMatchObject({
      code: 'NO_SCREENSHOT',
      detail: 'the page had crashed',
    });
    await note({ screenshot: jpeg, noScreenshot: null });
    expect(await only()).toMatchObject({ hasScreenshot: true, noScreenshot: null });
  });

  it('of another tenant are unknown, and so is what was never there', async () => {
    const other = await api.createTenant('Florist');
    await note({ screenshot: jpeg });
    const { id } = await only();
    for (const path of [`${other}/incidents/${id}`, `${tenantId}/incidents/inc_never`])
      for (const part of ['', '/screenshot'])
        expect((await api.admin('GET', `/admin/tenants/${path}${part}`)).status).toBe(404);
    expect((await list('', `/admin/tenants/${other}/incidents`)).items).toEqual([]);
  });

  it('are kept for their time, in bounded number, and the pictures of the newest only', async () => {
    const other = await api.createTenant('Florist');
    await note({ tenantId: other, screenshot: jpeg });
    for (const reason of ['page_timeout', 'auth_timeout', 'ready_timeout', 'browser_hung'] as const)
      await note({ reason, screenshot: jpeg });
    const limits = { keepDays: 30, keepIncidents: 3, keepScreenshots: 2 };
    const cleanup = (ms: number) =>
      incidentRetention({ db: api.db, now: () => new Date(Date.now() + ms), limits }).run();
    await cleanup(0);
    const { items } = await list();
    expect(items.map((item: any) => [item.reason.code, item.hasScreenshot])).toEqual([
      ['browser_hung', true],
      ['ready_timeout', true],
      ['auth_timeout', false],
    ]);
    const path = `/admin/tenants/${tenantId}/incidents/${items[2].id}`;
    expect((await api.admin('GET', path)).body.noScreenshot).toBe('only those of the newest 2 are kept');
    expect((await list('', `/admin/tenants/${other}/incidents`)).items).toMatchObject([
      { hasScreenshot: true },
    ]);
    await cleanup(31 * 24 * 60 * minuteMs);
    expect((await list()).items).toEqual([]);
  });

  it('of the fleet are grouped by reason and version, and nobody asks twice about those somebody knows of', async () => {
    const known = (await list('', '/admin/incidents/groups')).items;
    for (const { reason, whatsappWebVersion } of known)
      await api.admin('POST', '/admin/incidents/acknowledge', {
        body: { reason: reason.code, whatsappWebVersion },
      });
    const other = await api.createTenant('Florist');
    const evidence = { ...noEvidence, versions: { ...noEvidence.versions, whatsappWeb: '2.3000.1' } };
    await note({ reason: 'page_incompatible', evidence });
    await note({ reason: 'page_incompatible', evidence, tenantId: other });
    await note({ reason: 'page_timeout', tenantId: other });
    const groups = async (state: string) => (await list(`?state=${state}`, '/admin/incidents/groups')).items;
    expect(await groups('open')).toMatchObject([
      {
        reason: { code: 'page_incompatible' },
        whatsappWebVersion: '2.3000.1',
        incidents: 2,
        tenants: 2,
        newest: [{ tenantName: 'Florist' }, { tenantName: 'Bakery' }],
      },
      { reason: { code: 'page_timeout' }, whatsappWebVersion: null, tenants: 1 },
    ]);
    const ofGroup = '?state=open&reason=page_incompatible&whatsappWebVersion=2.3000.1';
    expect((await list(ofGroup, '/admin/incidents')).items).toHaveLength(2);

    const { id } = (await list('?reason=page_timeout&state=open', '/admin/incidents')).items[0];
    const acknowledge = () => api.admin('POST', `/admin/incidents/${id}/acknowledge`);
    const first = (await acknowledge()).body;
    expect(first).toMatchObject({ acknowledgedAt: expect.any(String), acknowledgedBy: expect.any(String) });
    expect((await acknowledge()).body.acknowledgedAt).toBe(first.acknowledgedAt);
    const group = { reason: 'page_incompatible', whatsappWebVersion: '2.3000.1' };
    const answer = await api.admin('POST', '/admin/incidents/acknowledge', { body: group });
    expect(answer.body).toEqual({ incidents: 2 });
    expect(await groups('open')).toEqual([]);
    expect((await groups('acknowledged')).slice(0, 1)).toMatchObject([{ incidents: 2 }]);
    expect((await api.admin('GET', `/admin/incidents/${id}`)).body).toMatchObject({ tenantName: 'Florist' });
    expect((await api.admin('POST', '/admin/incidents/inc_never/acknowledge')).status).toBe(404);
  });

  it('go with their tenant', async () => {
    await note({ screenshot: jpeg });
    const { id } = await only();
    await api.db.tenant.delete({ where: { id: tenantId } });
    expect(await api.db.incident.count({ where: { id } })).toBe(0);
    expect(await api.db.incidentScreenshot.count({ where: { incidentId: id } })).toBe(0);
  });
});
