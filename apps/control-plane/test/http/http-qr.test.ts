import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import { asAdmin } from '@wafleet/testing';
import { startTestApi, type TestApi } from '../test-api';

describe('the QR of a tenant', () => {
  let api: TestApi;
  let tenantId: TenantId;

  beforeAll(async () => {
    api = await startTestApi();
    tenantId = await api.createTenant('Bakery');
  });
  afterAll(() => api?.stop());

  const show = (state: 'QR_READY' | 'CONNECTED', expiresInMs: number) =>
    api.db.whatsappSession.update({
      where: { tenantId },
      data: {
        state,
        reason: 'awaiting_scan',
        lastQr: '2@abc,def,ghi',
        qrSequence: 7,
        qrExpiresAt: new Date(Date.now() + expiresInMs),
      },
    });
  const get = async (accept: string) => {
    const response = await fetch(`${api.url}/admin/tenants/${tenantId}/qr`, {
      headers: { ...asAdmin(api.adminKey), accept },
      signal: AbortSignal.timeout(20_000),
    });
    return { response, bytes: Buffer.from(await response.arrayBuffer()) };
  };

  it('is given as data, as a picture and as text, and never cached', async () => {
    await show('QR_READY', 60_000);
    const data = (await api.admin('GET', `/admin/tenants/${tenantId}/qr`)).body;
    expect(data).toMatchObject({ state: 'QR_READY', raw: '2@abc,def,ghi', sequence: 7 });
    expect(data.dataUrl).toMatch(/^data:image\/png;base64,/);
    expect(new Date(data.expiresAt).getTime()).toBeGreaterThan(Date.now());

    const picture = await get('image/png');
    expect(picture.response.headers.get('content-type')).toBe('image/png');
    expect(picture.bytes.subarray(1, 4).toString()).toBe('PNG');
    const text = await get('text/plain');
    expect(text.bytes.toString()).toMatch(/[▀▄█]/);
    for (const { response } of [picture, text])
      expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    ['has expired', 'QR_READY', -1],
    ['is not waited for any more', 'CONNECTED', 60_000],
  ] as const)(
    'is none when it %s: the reason with nulls as data, and a named problem as a picture',
    async (_what, state, ms) => {
      await show(state, ms);
      expect((await api.admin('GET', `/admin/tenants/${tenantId}/qr`)).body).toEqual({
        state,
        reason: 'awaiting_scan',
        raw: null,
        dataUrl: null,
        sequence: null,
        expiresAt: null,
      });
      for (const accept of ['image/png', 'text/plain']) {
        const { response, bytes } = await get(accept);
        expect(response.status).toBe(409);
        expect(JSON.parse(bytes.toString())).toMatchObject({
          code: 'NO_QR',
          detail: expect.stringContaining('Scan the code'),
          state,
          reason: 'awaiting_scan',
        });
      }
    },
  );

  it('is in no log line', async () => {
    await show('QR_READY', 60_000);
    for (const accept of ['application/json', 'image/png', 'text/plain']) await get(accept);
    expect(api.logLines.join('')).not.toContain('2@abc');
  });
});
