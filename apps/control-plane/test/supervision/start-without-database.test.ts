import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ConfigError, createLogger } from '@wafleet/runtime';
import { eventually, migrationsDir, startTestPostgres, type TestService } from '@wafleet/testing';
import { prepareDatabase } from '../../src/ops/prepare-database';
import { createFleet, type Fleet, type RunningApp } from '../fleet';

jest.setTimeout(180_000);

let fleet: Fleet;
let postgres: TestService;
let running: RunningApp;

beforeAll(async () => {
  fleet = await createFleet();
  postgres = await startTestPostgres({ isDurable: false });
});
afterAll(async () => {
  await fleet?.stop();
  await postgres?.stop();
});

describe('a control plane that starts while Postgres is away', () => {
  beforeEach(async () => {
    await postgres.interrupt();
    running = await fleet.start({ DATABASE_URL: postgres.url });
  });
  afterEach(() => running.stop());

  const told = (message: string) =>
    running.logLines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === message);

  it('tells its callers so, logs it once, and comes up by itself when Postgres is there', async () => {
    const { api, app } = running;
    expect(await api.call('GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await api.call('GET', '/readyz')).toMatchObject({
      status: 503,
      body: { code: 'UNAVAILABLE', isReady: false, components: [{ name: 'database', isWell: false }] },
    });
    await eventually(() => told('not reachable; tried again until it is').length > 0, {
      timeoutMs: 60_000,
      what: 'a line in the log',
    });
    for (const [method, path] of [
      ['GET', '/admin/tenants'],
      ['POST', '/admin/tenants'],
      ['GET', '/portal/me'],
      ['GET', '/nothing/here'],
    ] as const) {
      const { status, headers, body } = await api.call(method, path, method === 'POST' ? { body: {} } : {});
      expect({ path, status, code: body.code }).toEqual({ path, status: 503, code: 'UNAVAILABLE' });
      expect(body.detail).toContain('The database does not answer');
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(told('not reachable; tried again until it is')).toMatchObject([{ what: 'database' }]);

    await postgres.resume();
    await app.active;
    const isWell = async () =>
      (await api.get('/readyz')).components.every((component: { isWell: boolean }) => component.isWell);
    await eventually(isWell, { timeoutMs: 60_000, what: 'all that it needs, its queue too' });
    expect(await api.get('/admin/tenants')).toMatchObject({ items: [] });
    expect((await api.call('GET', '/nothing/here')).status).toBe(404);
    expect(told('not reachable; tried again until it is')).toHaveLength(1);
    expect(told('reachable again')).toMatchObject([{ what: 'database' }]);
  });

  it('ends when it is told to', async () => {
    await running.stop();
    await expect(running.app.active).rejects.toMatchObject({ name: 'AbortError' });
    await postgres.resume();
  });
});

describe('a database that answers and refuses us', () => {
  it('is a wrong setting, and the sentence does not hold its address', async () => {
    const { signal } = new AbortController();
    const refusing = Object.assign(new URL(postgres.url), { password: 'wrong' }).href;
    const outage = { isAway: () => undefined, settled: () => Promise.resolve() };
    const log = createLogger({ name: 'test', destination: { write: () => undefined } });
    const refused = prepareDatabase(
      { url: refusing, migrationsDir },
      { log, outage, random: Math.random, signal, refusedPatienceMs: 100 },
    );
    await expect(refused).rejects.toThrow(ConfigError);
    await expect(refused).rejects.toThrow("DATABASE_URL names a database that can't be used (28P01).");
  });
});
