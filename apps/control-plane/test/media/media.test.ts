import { createHash, randomBytes } from 'node:crypto';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Media, TenantId } from '@wafleet/contracts';
import { asAdmin, eventually } from '@wafleet/testing';
import { maxMediaBytes, startTestApi, type TestApi } from '../test-api';

const dayMs = 24 * 60 * 60 * 1_000;

describe('media', () => {
  let api: TestApi;
  let tenantId: TenantId;

  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api?.stop());
  beforeEach(async () => {
    tenantId = await api.createTenant('Bakery', { start: true });
  });

  async function upload(bytes: Buffer, query = '', headers: Record<string, string> = {}) {
    const response = await fetch(`${api.url}/admin/tenants/${tenantId}/media${query}`, {
      method: 'POST',
      headers: { ...asAdmin(api.adminKey), 'content-type': 'image/png', ...headers },
      body: new Uint8Array(bytes),
      signal: AbortSignal.timeout(20_000),
    });
    return { status: response.status, body: (await response.json()) as any };
  }
  const contentOf = (id: string, of: TenantId = tenantId) =>
    fetch(`${api.url}/admin/tenants/${of}/media/${id}/content`, {
      headers: asAdmin(api.adminKey),
      signal: AbortSignal.timeout(20_000),
    });
  /** Files of the tenant, without their folders. */
  async function files(of: TenantId = tenantId): Promise<string[]> {
    const entries = await readdir(join(api.mediaDir, of), { recursive: true, withFileTypes: true }).catch(
      () => [],
    );
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  }
  const queue = (media: Media, status: 'QUEUED' | 'SENT') =>
    api.db.message.create({
      data: {
        id: `msg_${randomBytes(4).toString('hex')}`,
        tenantId,
        mediaId: media.id,
        direction: 'OUTBOUND',
        status,
        chatId: '15550100123@c.us',
        fromMe: true,
        body: '',
        timestamp: new Date(),
      },
    });

  it('that was uploaded is told of and given back, byte by byte, as a download', async () => {
    const bytes = randomBytes(300_000);
    const { status, body: media } = await upload(bytes, '?filename=caf%C3%A9%20(1).png');
    expect(status).toBe(201);
    expect(media).toMatchObject({
      sha256: createHash('sha256').update(bytes).digest('hex'),
      sizeBytes: 300_000,
      mimeType: 'image/png',
      filename: 'café (1).png',
    });
    expect((await api.admin('GET', `/admin/tenants/${tenantId}/media/${media.id}`)).body).toEqual(media);
    const content = await contentOf(media.id);
    expect(Buffer.from(await content.arrayBuffer()).equals(bytes)).toBe(true);
    expect(content.headers.get('content-type')).toBe('image/png');
    expect(content.headers.get('x-content-type-options')).toBe('nosniff');
    expect(content.headers.get('content-disposition')).toBe(
      "attachment; filename*=UTF-8''caf%C3%A9%20%281%29.png",
    );
  });

  it('of the same bytes lies in the store once, and goes with its last row', async () => {
    const bytes = randomBytes(1_000);
    const [one, two] = await Promise.all([upload(bytes), upload(bytes)]);
    expect(await files()).toEqual([one.body.sha256]);
    const remove = (id: string) => api.admin('DELETE', `/admin/tenants/${tenantId}/media/${id}`);
    expect((await remove(one.body.id)).status).toBe(204);
    expect((await remove(one.body.id)).status).toBe(204);
    expect((await contentOf(one.body.id)).status).toBe(404);
    expect((await contentOf(two.body.id)).status).toBe(200);
    await remove(two.body.id);
    expect(await files()).toEqual([]);
  });

  it('as large as the limit is taken; one byte more is answered 413 naming it, told or not, and leaves nothing', async () => {
    expect((await upload(randomBytes(maxMediaBytes))).status).toBe(201);
    const [kept] = await files();
    const told = await upload(randomBytes(maxMediaBytes + 1));
    expect(told).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE' } });
    expect(told.body.detail).toContain(String(maxMediaBytes));
    expect(await uploadUntold(8 * maxMediaBytes)).toBe(413);
    expect(await files()).toEqual([kept]);
  });

  /** In chunks, without a length. */
  function uploadUntold(sizeBytes: number): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const request = httpRequest(`${api.url}/admin/tenants/${tenantId}/media`, {
        method: 'POST',
        headers: { ...asAdmin(api.adminKey), 'content-type': 'image/png', 'transfer-encoding': 'chunked' },
      });
      request.on('response', (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      request.on('error', reject);
      for (let sent = 0; sent < sizeBytes; sent += 100_000) request.write(Buffer.alloc(100_000, 1));
      request.end();
    });
  }

  it.each<[string, string, Record<string, string>, string]>([
    ['of no type', '', { 'content-type': 'picture' }, 'content-type'],
    ['with a path as its name', '?filename=..%2Fetc%2Fpasswd', {}, 'filename'],
  ])('%s is refused', async (_what, query, headers, field) => {
    expect(await upload(randomBytes(10), query, headers)).toMatchObject({
      status: 400,
      body: { code: 'INVALID_INPUT', errors: [{ field }] },
    });
    expect(await files()).toEqual([]);
  });

  it('without bytes or compressed is refused', async () => {
    expect(await upload(Buffer.alloc(0))).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT' } });
    expect(await upload(randomBytes(10), '', { 'content-encoding': 'gzip' })).toMatchObject({ status: 415 });
    expect(await files()).toEqual([]);
  });

  it('that is cut off in the middle leaves nothing', async () => {
    const request = httpRequest(`${api.url}/admin/tenants/${tenantId}/media`, {
      method: 'POST',
      headers: { ...asAdmin(api.adminKey), 'content-type': 'image/png', 'content-length': '1000' },
    });
    request.on('error', () => undefined);
    request.write(randomBytes(500));
    await eventually(async () => (await files()).length === 1, {
      timeoutMs: 60_000,
      what: 'bytes being received',
    });
    request.destroy();
    await eventually(async () => (await files()).length === 0, { timeoutMs: 60_000, what: 'nothing left' });
    expect(await api.db.media.count({ where: { tenantId } })).toBe(0);
  });

  it('of another tenant is unknown under the own one', async () => {
    const { body: media } = await upload(randomBytes(10));
    const other = await api.createTenant('Florist');
    expect((await contentOf(media.id, other)).status).toBe(404);
    expect((await api.admin('GET', `/admin/tenants/${other}/media/${media.id}`)).status).toBe(404);
    await api.admin('DELETE', `/admin/tenants/${other}/media/${media.id}`);
    expect((await contentOf(media.id)).status).toBe(200);
  });

  it('that a waiting message needs is not deleted and does not expire; afterwards it does', async () => {
    const { body: media } = await upload(randomBytes(10));
    const message = await queue(media, 'QUEUED');
    const remove = () => api.admin('DELETE', `/admin/tenants/${tenantId}/media/${media.id}`);
    expect(await remove()).toMatchObject({ status: 409, body: { code: 'MEDIA_IN_USE' } });
    api.passMs(31 * dayMs);
    await api.cleanUpMedia();
    expect((await contentOf(media.id)).status).toBe(200);

    await api.db.message.update({ where: { id: message.id }, data: { status: 'SENT' } });
    await api.cleanUpMedia();
    expect((await contentOf(media.id)).status).toBe(404);
    api.passMs(-31 * dayMs);
    expect(await files()).toEqual([]);
    expect(await api.db.message.findUnique({ where: { id: message.id } })).toMatchObject({ mediaId: null });
  });

  it('whose row a crash prevented is cleaned up once it is old, and so is what was being received', async () => {
    const { body: media } = await upload(randomBytes(10));
    const folder = join(api.mediaDir, tenantId);
    const lost = media.sha256.slice(0, 2).padEnd(64, '0');
    const paths = [join(folder, media.sha256.slice(0, 2), lost), join(folder, 'incoming', 'half')];
    for (const path of paths) await writeFile(path, 'lost');
    await api.cleanUpMedia();
    expect(await files()).toEqual(expect.arrayContaining([lost, 'half']));
    const longAgo = new Date(Date.now() - 100 * dayMs);
    for (const path of paths) await utimes(path, longAgo, longAgo);
    await api.cleanUpMedia();
    expect(await files()).toEqual([media.sha256]);
  });

  it('of a tenant that is gone is cleaned up', async () => {
    await upload(randomBytes(10));
    await api.db.tenant.delete({ where: { id: tenantId } });
    await api.cleanUpMedia();
    expect(await files()).toEqual([]);
  });

  it('of a tenant that is being erased is refused', async () => {
    await api.admin('DELETE', `/admin/tenants/${tenantId}`);
    expect(await upload(randomBytes(10))).toMatchObject({ status: 409, body: { code: 'TENANT_ERASING' } });
  });
});
