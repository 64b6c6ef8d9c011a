import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asAdmin, asPortal } from '@wafleet/testing';
import { createNewId } from '../../src/new-id';
import { ensureKey } from '../../src/users/api-keys';
import { startTestApi, type TestApi } from '../test-api';

describe('keys', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startTestApi();
    await api.createTenant('Bakery', { owner: 'owner@example.com' });
  });
  afterAll(() => api?.stop());

  const make = async (kind: 'ADMIN' | 'PORTAL', name: string) =>
    (await api.admin('POST', '/admin/keys', { body: { kind, name } })).body;
  const mayEnter = async (key: string) =>
    (await api.anyone(asPortal(key, 'owner@example.com'))('GET', '/portal/me')).status === 200;

  it('are shown once and stored as a hash only', async () => {
    const made = await make('PORTAL', 'Shown once');
    expect(made.key).toMatch(/^wfp_[\w-]{43}$/);
    const listed = JSON.stringify((await api.admin('GET', '/admin/keys')).body);
    expect(listed).toContain(made.id);
    expect(listed).not.toContain(made.key);
    expect(JSON.stringify(await api.db.apiKey.findMany())).not.toContain(made.key);
    expect(api.logLines.join('')).not.toContain(made.key);
  });

  it('of a portal can be replaced without a gap: two are valid at once', async () => {
    const next = await make('PORTAL', 'Next');
    expect([await mayEnter(api.portalKey), await mayEnter(next.key)]).toEqual([true, true]);
    for (let times = 0; times < 2; times++) {
      expect((await api.admin('DELETE', `/admin/keys/${next.id}`)).status).toBe(204);
    }
    expect([await mayEnter(api.portalKey), await mayEnter(next.key)]).toEqual([true, false]);
    expect((await api.admin('DELETE', '/admin/keys/nothing')).status).toBe(404);
  });

  it('of operators can not be revoked to the last one', async () => {
    const { id } = await api.db.apiKey.findFirstOrThrow({ where: { kind: 'ADMIN', revokedAt: null } });
    const valid = await api.db.apiKey.count({ where: { kind: 'ADMIN', revokedAt: null } });
    expect(valid).toBe(1);
    expect((await api.admin('DELETE', `/admin/keys/${id}`)).body.code).toBe('CONFLICT');
    expect((await api.admin('GET', '/admin/keys')).status).toBe(200);
  });

  it('tell when they were last used, written at most once a minute', async () => {
    const made = await make('ADMIN', 'Used');
    const use = () => api.anyone(asAdmin(made.key))('GET', '/admin/keys');
    const lastUsed = async () =>
      (await api.db.apiKey.findUniqueOrThrow({ where: { id: made.id } })).lastUsedAt;
    expect(await lastUsed()).toBeNull();
    await use();
    const first = await lastUsed();
    api.passMs(59_000 - 1_000);
    await use();
    expect(await lastUsed()).toEqual(first);
    api.passMs(10_000);
    await use();
    expect((await lastUsed())?.getTime()).toBeGreaterThan(first?.getTime() ?? Infinity);
  });

  it('of the configuration are valid from the start, however often it is started', async () => {
    const newId = createNewId();
    const key = 'configured-key-of-at-least-32-characters';
    for (let times = 0; times < 2; times++) await ensureKey(api.db, 'PORTAL', key, newId);
    expect(await mayEnter(key)).toBe(true);
    expect(await api.db.apiKey.count({ where: { name: 'configured' } })).toBe(1);
  });
});
