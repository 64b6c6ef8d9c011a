import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import { startTestApi, type TestApi } from '../test-api';

describe('the log of a tenant', () => {
  let api: TestApi;
  let tenantId: TenantId;
  let folder: string;

  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api?.stop());
  beforeEach(async () => {
    tenantId = await api.createTenant('Bakery', { owner: 'owner@example.com' });
    folder = join(api.tenantsDir, tenantId, 'logs');
    mkdirSync(folder, { recursive: true });
  });

  const line = (second: number, level: string, msg: string, fields = {}) =>
    `${JSON.stringify({ level, time: new Date(Date.UTC(2030, 0, 1, 0, 0, second)).toISOString(), name: 'worker', msg, ...fields })}\n`;
  const read = async (query = '') =>
    (await api.admin('GET', `/admin/tenants/${tenantId}/logs${query}`)).body.items;
  const messages = async (query = '') => (await read(query)).map((item: any) => item.message);

  it("joins the worker's lines, over its files, with the control plane's, newest first", async () => {
    writeFileSync(join(folder, 'worker.log.1'), line(1, 'info', 'one') + line(2, 'info', 'two'));
    writeFileSync(join(folder, 'worker.log'), line(3, 'warn', 'three', { attempt: 2 }));
    api.logs.forTenant(tenantId).info({ generation: 1 }, 'worker started');
    expect(await read()).toMatchObject([
      { source: 'worker', level: 'warn', message: 'three', fields: { attempt: 2 } },
      { source: 'worker', message: 'two' },
      { source: 'worker', message: 'one' },
      { source: 'control-plane', message: 'worker started', fields: { generation: 1 } },
    ]);
    expect(api.logLines.some((text) => text.includes('worker started'))).toBe(true);
  });

  it('is cut to the newest lines of a level and above', async () => {
    const levels = ['debug', 'info', 'warn', 'error'];
    const text = levels.map((level, second) => line(second, level, level)).join('');
    writeFileSync(join(folder, 'worker.log'), text);
    expect(await messages('?level=warn')).toEqual(['error', 'warn']);
    expect(await messages('?limit=2')).toEqual(['error', 'warn']);
  });

  it('is read from before a time too, in whichever of its files that is', async () => {
    const file = (name: string, first: number) => {
      writeFileSync(
        join(folder, name),
        line(first, 'info', `${first}`) + line(first + 1, 'warn', `${first + 1}`),
      );
      const at = Date.UTC(2030, 0, 1, 0, 0, first + 1) / 1_000;
      utimesSync(join(folder, name), at, at);
    };
    for (const [name, first] of [
      ['worker.log.2', 1],
      ['worker.log.1', 3],
      ['worker.log', 5],
    ] as const)
      file(name, first);
    const before = (second: number) => `?before=2030-01-01T00:00:0${second}.000Z`;
    expect(await messages(before(6))).toEqual(['5', '4', '3', '2', '1']);
    expect(await messages(`${before(4)}&limit=2`)).toEqual(['3', '2']);
    expect(await messages(`${before(5)}&level=warn`)).toEqual(['4', '2']);
    expect(await messages(before(1))).toEqual([]);
  });

  it('is read from its end, however long it is, past what is no line of ours', async () => {
    const filler = line(1, 'info', 'filler', { text: 'x'.repeat(1_000) }).repeat(6_000);
    const strange = ['not json', '[]', 'null', '{"time":"never","level":"info"}', 'x'.repeat(50_000)].join(
      '\n',
    );
    writeFileSync(join(folder, 'worker.log'), `${filler}${strange}\n${line(2, 'info', 'last')}{"torn`);
    const all = await messages('?limit=1000');
    expect(all[0]).toBe('last');
    expect(all.length).toBeLessThanOrEqual(1_000);
  });

  it.each([
    ['a link', (path: string) => symlinkSync('/etc/passwd', path)],
    ['a folder', (path: string) => mkdirSync(path)],
    ['a pipe', (path: string) => void execFileSync('mkfifo', [path])],
  ])('shows nothing where a worker has put %s in the place of its log', async (_what, plant) => {
    plant(join(folder, 'worker.log'));
    expect(await read()).toEqual([]);
    rmSync(join(folder, 'worker.log'), { recursive: true });
  });

  it('is not what people of the portal read', async () => {
    writeFileSync(join(folder, 'worker.log'), line(1, 'info', 'a line of the worker'));
    api.logs.forTenant(tenantId).info('a line of the control plane');
    const person = api.asPerson('owner@example.com', { 'x-tenant-id': tenantId });
    const { items } = (await person('GET', '/portal/tenant/current/logs')).body;
    expect(items.length).toBeGreaterThan(0);
    expect(JSON.stringify(items)).not.toContain('a line of');
  });
});
