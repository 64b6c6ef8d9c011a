import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { metricTable } from '../../src/ops/metrics/metric-table';
import { startTestApi, type TestApi } from '../test-api';

const repository = resolve(__dirname, '../../../..');
const read = (path: string) => readFileSync(resolve(repository, path), 'utf8');
const namedIn = (text: string) => new Set(text.match(/wafleet_[a-z_]+/g) ?? []);
const names = Object.keys(metricTable).sort();

describe('/metrics', () => {
  let api: TestApi;
  let guarded: TestApi;

  beforeAll(async () => {
    api = await startTestApi();
    guarded = await startTestApi({ metrics: { token: 'a token of some length', perTenant: false } });
  });
  afterAll(async () => {
    await api?.stop();
    await guarded?.stop();
  });

  const scrape = async (from: TestApi, headers: Record<string, string> = {}) => {
    const response = await fetch(`${from.url}/metrics`, { headers });
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      text: await response.text(),
    };
  };

  it('tells every metric with its help and type, and what is so now', async () => {
    const tenantId = await api.createTenant('Shop');
    const { status, type, text } = await scrape(api);
    expect(status).toBe(200);
    expect(type).toMatch(/^text\/plain; version=0\.0\.4/);
    for (const [name, { kind, help }] of Object.entries(metricTable)) {
      expect(text).toContain(`# HELP ${name} ${help}`);
      expect(text).toContain(`# TYPE ${name} ${kind}`);
    }
    expect(text).toContain('wafleet_active 1');
    expect(text).toContain('wafleet_tenants{status="PAUSED"}');
    expect(text).toContain(`wafleet_tenant_up{tenant="${tenantId}"} 0`);
    expect(text).toContain('wafleet_queue_depth{queue="messages"} 0');
  });

  it('counts what happens', async () => {
    const tenantId = await api.createTenant('Shop');
    const told = { id: 'ep1-1', tenantId, at: new Date().toISOString() };
    const from = { state: 'RECONNECTING', previous: 'CONNECTED', reason: 'network_lost' };
    api.bus.publish([{ ...told, type: 'session.state', data: from }]);
    api.bus.publish([{ ...told, type: 'message.received', data: {} }]);
    const { text } = await scrape(api);
    expect(text).toContain('wafleet_reconnects_total{reason="network_lost"} 1');
    expect(text).toContain('wafleet_session_transitions_total{state="RECONNECTING"} 1');
    expect(text).toContain('wafleet_messages_received_total 1');
  });

  it('of a control plane that stands by, says only that and how it is', async () => {
    api.setActive(false);
    const { status, text } = await scrape(api);
    api.setActive(true);
    expect(status).toBe(200);
    expect(text).toContain('wafleet_active 0');
    expect(text).not.toContain('wafleet_tenants{');
  });

  it('are for this machine only without a token: what a proxy let through is refused', async () => {
    expect((await scrape(api, { 'x-forwarded-for': '203.0.113.7' })).status).toBe(401);
  });

  it('need the token where there is one; series of each tenant can be left out', async () => {
    const tenantId = await guarded.createTenant('Shop');
    expect((await scrape(guarded)).status).toBe(401);
    expect((await scrape(guarded, { authorization: 'Bearer another token' })).status).toBe(401);
    const { status, text } = await scrape(guarded, { authorization: 'Bearer a token of some length' });
    expect(status).toBe(200);
    expect(text).not.toContain(tenantId);
    expect(text).not.toContain('wafleet_tenant_');
  });
});

describe('what is written of metrics', () => {
  it('docs/metrics.md has a row for each, with its kind, labels and meaning', () => {
    const rows = read('docs/metrics.md')
      .split('\n')
      .filter((line) => line.startsWith('| `wafleet_'))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim().replaceAll('`', '')),
      );
    const expected = Object.entries(metricTable).map(([name, { kind, labels, help }]) => [
      name,
      kind,
      labels.join(', '),
      help,
    ]);
    expect(rows).toEqual(expected);
  });

  it('the dashboard shows each, and no other', () => {
    expect([...namedIn(read('docker/monitoring/grafana/wafleet.json'))].sort()).toEqual(names);
  });

  it('the alert rules watch none that is not told', () => {
    const named = [...namedIn(read('docker/monitoring/alert-rules.yml'))];
    expect(named.length).toBeGreaterThan(0);
    expect(names).toEqual(expect.arrayContaining(named));
  });
});
