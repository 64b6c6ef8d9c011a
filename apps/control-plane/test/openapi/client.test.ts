import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createWafleetClient, type Schemas, type WafleetClient } from '@wafleet/client';
import type { TenantId } from '@wafleet/contracts';
import { startTestApi, type TestApi } from '../test-api';

describe('the typed client', () => {
  let api: TestApi;
  let tenantId: TenantId;
  let wafleet: WafleetClient;

  beforeAll(async () => {
    api = await startTestApi();
    tenantId = await api.createTenant('Bakery', { start: true });
    const { key } = await api.asProgram(tenantId, { scopes: ['read', 'send'] });
    wafleet = createWafleetClient({ baseUrl: api.url, key });
  });
  afterAll(() => api?.stop());

  it('sends a message once, however often it is repeated, and reads it again', async () => {
    const send = () =>
      wafleet.POST('/v1/messages', {
        params: { header: { 'idempotency-key': 'once' } },
        body: { type: 'text', chatId: '+15550100123', body: 'Hello' },
      });
    const [first, second] = [await send(), await send()];
    const message: Schemas['Message'] | undefined = first.data;
    expect(message).toMatchObject({ tenantId, status: 'QUEUED', body: 'Hello' });
    expect(second.data).toEqual(message);
    const { data: page } = await wafleet.GET('/v1/messages', {
      params: { query: { direction: 'OUTBOUND' } },
    });
    expect(page?.items.map(({ id }) => id)).toEqual([message?.id]);
  });

  it('gives the problem of a call that is refused, with the codes of that call', async () => {
    const { data, error, response } = await wafleet.POST('/v1/keys', {
      body: { name: 'stronger', scopes: ['manage'], addresses: [] },
    });
    expect([data, response.status, error?.code]).toEqual([undefined, 403, 'SCOPE_MISSING']);
  });

  it('calls for an operator with the same ease', async () => {
    const operator = createWafleetClient({ baseUrl: api.url, key: api.adminKey });
    const { data } = await operator.GET('/admin/tenants/{tenantId}/status', {
      params: { path: { tenantId } },
    });
    expect(data?.status).toBe('STARTING');
  });
});
