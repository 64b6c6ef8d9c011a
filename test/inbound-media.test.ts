import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  asAdmin,
  asPortal,
  callStandin,
  type ControlPlane,
  eventually,
  type Stack,
  startStack,
} from '@wafleet/testing';
import { createPerson } from './simulated-people';
import { linkedTenant } from './tenant-steps';

const owner = '15550108301';
const ann = '15550108302';
const policy = { retry: { firstMs: 200, maxMs: 500 }, fetchMs: 20_000, sweepMs: 500, waitMs: 500 };
const environment = { MEDIA_DOWNLOADS: JSON.stringify(policy), MEDIA_MAX_BYTES: '3000000' };

describe('media that people send, from their phones to the API', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let tenantId: string;

  beforeAll(async () => {
    stack = await startStack({ env: environment });
    controlPlane = await stack.startControlPlane();
    const person = await createPerson(stack, owner, 'Owner');
    await createPerson(stack, ann, 'Ann');
    tenantId = await linkedTenant(controlPlane, 'Bakery', person);
  }, 120_000);
  afterEach(() => callStandin(stack, 'DELETE', '/faults'));
  afterAll(() => stack?.stop());

  const fault = (mediaDownload: unknown) =>
    callStandin(stack, 'POST', '/faults', { number: owner, faults: { mediaDownload } });
  async function send(kind: string, bytes: Buffer, parts: object = {}, size?: number): Promise<string> {
    const media = { data: bytes.toString('base64'), mimetype: 'image/png', size };
    const content = { kind, media, ...parts };
    return (await callStandin(stack, 'POST', `/users/${ann}/send`, { to: owner, content })).id;
  }
  async function messageOf(waMessageId: string): Promise<any> {
    const { items } = await controlPlane.admin.get(`/admin/tenants/${tenantId}/messages?limit=200`);
    return items.find((message: any) => message.waMessageId === waMessageId);
  }
  const until = (waMessageId: string, state: string): Promise<any> =>
    eventually(
      async () => {
        const message = await messageOf(waMessageId).catch(() => null);
        return message?.media?.state === state ? message : null;
      },
      {
        timeoutMs: 60_000,
        what: async () => `${state}; it is ${JSON.stringify(await messageOf(waMessageId))}`,
      },
    );
  const contentOf = (mediaId: string, headers: Record<string, string> = {}) =>
    fetch(`${controlPlane.url}/admin/tenants/${tenantId}/media/${mediaId}/content`, {
      headers: { ...asAdmin(stack.adminKey), ...headers },
    });
  const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());
  const eventsOf = async (type: string): Promise<any[]> =>
    (await controlPlane.admin.get(`/admin/tenants/${tenantId}/events?type=${type}`)).items;

  it.each([
    ['image', { caption: 'look' }, null],
    ['document', { filename: 'a plan.pdf' }, 'a plan.pdf'],
  ])(
    '%s: comes in, is stored, and its bytes are given back whole and in parts',
    async (kind, parts, name) => {
      const bytes = randomBytes(1_300_000);
      const { id, media } = await until(await send(kind, bytes, parts), 'STORED');
      expect(media).toMatchObject({ mimeType: 'image/png', sizeBytes: bytes.length, filename: name });
      const whole = await contentOf(media.id);
      expect(whole.status).toBe(200);
      expect((await bytesOf(whole)).equals(bytes)).toBe(true);
      const part = await contentOf(media.id, { range: 'bytes=1000-1999' });
      expect(part.status).toBe(206);
      expect(part.headers.get('content-range')).toBe(`bytes 1000-1999/${bytes.length}`);
      expect((await bytesOf(part)).equals(bytes.subarray(1_000, 2_000))).toBe(true);
      expect((await eventsOf('media.stored'))[0]).toMatchObject({
        data: { messageId: id, mediaId: media.id },
      });
    },
  );

  it('that fail twice come at the third try', async () => {
    await fault({ failTimes: 2 });
    const bytes = randomBytes(10_000);
    const { media } = await until(await send('image', bytes), 'STORED');
    expect(media.attempts).toBe(3);
    expect((await bytesOf(await contentOf(media.id))).equals(bytes)).toBe(true);
  });

  it('that are gone say so, and can be tried again by hand', async () => {
    await fault('missing');
    const { id, media } = await until(await send('image', randomBytes(1_000)), 'GONE');
    expect(media).toMatchObject({ id: null, reason: { code: 'gone' } });
    expect((await eventsOf('media.failed'))[0]).toMatchObject({ data: { messageId: id, state: 'GONE' } });
    await callStandin(stack, 'DELETE', '/faults');
    await controlPlane.admin.post(`/admin/tenants/${tenantId}/messages/${id}/media/retry`, {});
    await until(
      (await controlPlane.admin.get(`/admin/tenants/${tenantId}/messages/${id}`)).waMessageId,
      'STORED',
    );
  });

  it('that are too large say so, also where the message lies about it', async () => {
    const bytes = randomBytes(3_000_001);
    await until(await send('document', bytes), 'TOO_LARGE');
    await until(await send('document', bytes, {}, 1_000), 'TOO_LARGE');
  });

  it('a slow one holds no message back', async () => {
    await fault({ bytesPerSecond: 100_000 });
    const slow = await send('image', randomBytes(500_000));
    await until(slow, 'DOWNLOADING');
    const { id } = await callStandin(stack, 'POST', `/users/${ann}/send`, { to: owner, body: 'quick' });
    await eventually(() => messageOf(id), { timeoutMs: 60_000, what: 'the text behind it' });
    expect((await messageOf(slow)).media.state).toBe('DOWNLOADING');
    await until(slow, 'STORED');
  });

  it('a control plane that is killed in the middle of it finds it again; nothing of half of it is served', async () => {
    await fault({ delayMs: 3_000 });
    const bytes = randomBytes(1_300_000);
    const waMessageId = await send('image', bytes);
    expect((await until(waMessageId, 'DOWNLOADING')).media.id).toBeNull();
    await controlPlane.process.end('SIGKILL');
    await callStandin(stack, 'DELETE', '/faults');
    controlPlane = await stack.startControlPlane();
    const { media } = await until(waMessageId, 'STORED');
    expect((await bytesOf(await contentOf(media.id))).equals(bytes)).toBe(true);
  });

  it('of one tenant are not to be had through another, nor by a stranger', async () => {
    const { media } = await until(await send('image', randomBytes(1_000)), 'STORED');
    const other = await controlPlane.admin.post('/admin/tenants', { name: 'Other', start: false });
    const through = await fetch(`${controlPlane.url}/admin/tenants/${other.id}/media/${media.id}/content`, {
      headers: asAdmin(stack.adminKey),
    });
    expect(through.status).toBe(404);
    const stranger = await fetch(`${controlPlane.url}/portal/tenant/current/media/${media.id}/content`, {
      headers: asPortal(stack.portalKey, 'stranger@example.com'),
    });
    expect(stranger.status).toBe(403);
  });
});
