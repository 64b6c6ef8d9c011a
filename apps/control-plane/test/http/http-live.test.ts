import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import { createLogger } from '@wafleet/runtime';
import { asAdmin, asPortal, eventually } from '@wafleet/testing';
import { createEventBus } from '../../src/live/event-bus';
import { createEventHistory } from '../../src/live/event-history';
import { createEventStreams } from '../../src/live/event-streams';
import { startTestApi, type TestApi } from '../test-api';

interface Frame {
  id?: string;
  event?: string;
  data?: any;
}

const wait = { timeoutMs: 15_000 };

describe('the live stream of events', () => {
  let api: TestApi;
  let tenantId: TenantId;
  const open: Reader[] = [];

  beforeAll(async () => {
    api = await startTestApi();
    tenantId = await api.createTenant('Bakery');
  });
  afterEach(() => {
    for (const reader of open.splice(0)) reader.leave();
  });
  afterAll(() => api?.stop());

  const read = async (query = '', headers: Record<string, string> = {}, key = api.adminKey) => {
    const reader = await createReader(`${api.url}/admin/events${query}`, { ...asAdmin(key), ...headers });
    open.push(reader);
    return reader;
  };
  /** Stores and publishes one event, as every part of the control plane does. */
  const happen = (mark: number, of = tenantId) =>
    api.commit(async () => ({
      events: [{ tenantId: of, type: 'message.received' as const, at: new Date(), data: { mark } }],
      result: undefined,
    }));
  const marks = (frames: readonly Frame[]) =>
    frames.flatMap((frame) => (frame.data?.data?.mark === undefined ? [] : [frame.data.data.mark as number]));

  it('begins at once with an id to go on from, and carries what is committed', async () => {
    const reader = await read();
    await eventually(() => reader.frames[0]?.event === 'hello', { ...wait, what: 'the hello' });
    expect(reader.frames[0]?.id).toMatch(/^ep1-\d+$/);
    await happen(1);
    await eventually(() => marks(reader.frames).includes(1), { ...wait, what: 'the event' });
    expect(reader.frames.find(({ data }) => data?.data?.mark === 1)).toMatchObject({
      id: expect.stringMatching(/^ep1-\d+$/),
      data: { type: 'message.received', tenantId, data: { mark: 1 } },
    });
    expect(reader.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
    });
  });

  it('resumed by Last-Event-ID loses and repeats nothing while events keep coming', async () => {
    const total = 400;
    let isDone = false;
    const first = await read('', { 'last-event-id': await headId() });
    const source = (async () => {
      // Several at a time, as the parts of a control plane commit beside each other.
      for (let mark = 0; mark < total; mark += 4) {
        await Promise.all([0, 1, 2, 3].map((step) => happen(1_000 + mark + step)));
      }
      isDone = true;
    })();

    const seen: Frame[] = [];
    let reader = first;
    while (!isDone || marks(seen).length < total) {
      const goal = Math.min(40, total - marks(seen).length);
      await eventually(() => marks(reader.frames).length >= goal, { ...wait, what: `${goal} more events` });
      reader.leave();
      const frames = reader.frames.slice();
      seen.push(...frames);
      if (marks(seen).length >= total) break;
      const last = frames.filter((frame) => frame.id !== undefined).at(-1)?.id as string;
      reader = await read('', { 'last-event-id': last });
    }
    await source;
    const got = marks(seen);
    expect(new Set(got).size).toBe(got.length);
    expect([...got].sort((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, i) => 1_000 + i));
    const numbers = seen.filter(({ data }) => data?.data?.mark).map(({ id }) => Number(id?.split('-')[1]));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });

  it('goes on after the id in the query, too, for a first connection', async () => {
    const id = await headId();
    await happen(5_000);
    const reader = await read(`?after=${id}`);
    await eventually(() => marks(reader.frames).includes(5_000), { ...wait, what: 'the missed event' });
  });

  it('of one tenant carries nothing of another', async () => {
    const other = await api.createTenant('Florist');
    const id = await headId();
    const reader = await read(`?tenantId=${tenantId}`);
    await eventually(() => reader.frames.length > 0, { ...wait, what: 'the hello' });
    await happen(6_001, other);
    await happen(6_002);
    await eventually(() => marks(reader.frames).includes(6_002), { ...wait, what: 'the own event' });
    expect(marks(reader.frames)).toEqual([6_002]);
    const resumed = await read(`?tenantId=${tenantId}&after=${id}`);
    await eventually(() => marks(resumed.frames).includes(6_002), { ...wait, what: 'the own event' });
    expect(marks(resumed.frames)).toEqual([6_002]);
  });

  it.each([
    ['of another database', () => 'old-5'],
    ['that nobody gave out', () => 'ep1-999999999'],
    ['that is none', () => 'anything'],
  ])('asks to read anew after an id %s, and then goes on', async (_what, id) => {
    const reader = await read('', { 'last-event-id': id() });
    await eventually(() => reader.frames[0]?.event === 'resync', { ...wait, what: 'the resync' });
    const mark = Math.floor(Math.random() * 1e6) + 1e6;
    await happen(mark);
    await eventually(() => marks(reader.frames).includes(mark), { ...wait, what: 'a later event' });
    const resumed = await read('', { 'last-event-id': reader.frames[0]?.id as string });
    await eventually(() => marks(resumed.frames).includes(mark), { ...wait, what: 'the same event' });
  });

  it('asks to read anew when more was missed than it sends again', async () => {
    const id = await headId();
    const rows = Array.from({ length: 1_001 }, () => ({ tenantId, type: 'message.received', data: {} }));
    await api.db.tenantEvent.createMany({ data: rows });
    const reader = await read('', { 'last-event-id': id });
    await eventually(() => reader.frames[0]?.event === 'resync', { ...wait, what: 'the resync' });
    expect(marks(reader.frames)).toEqual([]);
  });

  it('cuts off a reader that does not read, and goes on for the others', async () => {
    const slow = await createReader(`${api.url}/admin/events`, asAdmin(api.adminKey), { reads: false });
    open.push(slow);
    const good = await read();
    const filler = 'x'.repeat(200_000);
    const send = () =>
      api.bus.publish([
        {
          id: 'ep1-900000000',
          type: 'message.received',
          tenantId,
          at: new Date().toISOString(),
          data: { filler },
        },
      ]);
    // More than all buffers between the two hold, in steps that the other reader keeps up with.
    let sent = 0;
    await eventually(
      () => {
        send();
        return ++sent === 80;
      },
      { ...wait, what: 'many events' },
    );
    slow.readOn();
    await eventually(() => slow.wasCutOff(), { ...wait, what: 'the slow reader cut off' });
    await happen(7_000);
    await eventually(() => marks(good.frames).includes(7_000), { ...wait, what: 'an event for the other' });
  });

  it('answers HEAD without beginning a stream', async () => {
    const answer = await fetch(`${api.url}/admin/events`, {
      method: 'HEAD',
      headers: asAdmin(api.adminKey),
      signal: AbortSignal.timeout(20_000),
    });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });

  it('is there for an unknown tenant neither', async () => {
    const answer = await api.admin('GET', '/admin/events?tenantId=ten_01arz3ndektsv4rrffq69g5fav');
    expect(answer.status).toBe(404);
  });

  it('asks to read anew when what was missed is no longer stored', async () => {
    const id = await headId();
    await happen(8_000);
    await happen(8_001);
    const newest = Number((await headId()).split('-')[1]);
    await api.db.tenantEvent.deleteMany({ where: { seq: { lt: newest } } });
    const reader = await read('', { 'last-event-id': id });
    await eventually(() => reader.frames[0]?.event === 'resync', { ...wait, what: 'the resync' });
  });

  it('ends soon after its key is revoked', async () => {
    const { id, key } = (await api.admin('POST', '/admin/keys', { body: { kind: 'ADMIN', name: 'gone' } }))
      .body;
    const reader = await read('', {}, key);
    await eventually(() => reader.frames.some(({ event }) => event === 'beat'), { ...wait, what: 'a beat' });
    await api.admin('DELETE', `/admin/keys/${id}`);
    await eventually(() => reader.hasEnded(), { ...wait, what: 'the end' });
  });

  describe("of a workspace, for the portal's people", () => {
    const address = () => `${api.url}/portal/tenant/current/events/live`;
    const readAs = async (email: string) => {
      const reader = await createReader(address(), asPortal(api.portalKey, email));
      open.push(reader);
      return reader;
    };

    it('carries its own events and no others, and ends soon after the person left it', async () => {
      const own = await api.createTenant('Own florist', { owner: 'own@example.com' });
      const reader = await readAs('own@example.com');
      await eventually(() => reader.frames[0]?.event === 'hello', { ...wait, what: 'the hello' });
      await happen(9_000);
      await happen(9_001, own);
      await eventually(() => marks(reader.frames).includes(9_001), { ...wait, what: 'its event' });
      expect(marks(reader.frames)).toEqual([9_001]);
      await api.admin('DELETE', `/admin/tenants/${own}/users/own@example.com`);
      await eventually(() => reader.hasEnded(), { ...wait, what: 'the end' });
    });

    it('has ten places of its own, and takes none of an operator', async () => {
      await api.createTenant('Busy florist', { owner: 'busy@example.com' });
      const readers = [];
      for (let count = 0; count < 11; count += 1) readers.push(await readAs('busy@example.com'));
      expect(readers.map(({ status }) => status)).toEqual([...Array(10).fill(200), 503]);
      expect((await read()).status).toBe(200);
    });
  });

  it("for a tenant's program goes on after Last-Event-ID, carries its own events, and ends soon after the key does", async () => {
    const other = await api.createTenant('Other');
    const { key, id } = await api.asProgram(tenantId);
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const ending = await api.asProgram(tenantId, { scopes: ['read'], expiresAt });
    const listen = async (with_: string, headers: Record<string, string> = {}) => {
      const reader = await createReader(`${api.url}/v1/events/live`, { ...asAdmin(with_), ...headers });
      open.push(reader);
      return reader;
    };
    const first = await listen(key);
    await eventually(() => first.frames[0]?.event === 'hello', { ...wait, what: 'the hello' });
    const after = { 'last-event-id': first.frames[0]?.id as string };
    first.leave();
    await happen(701, other);
    await happen(702);
    const [again, until] = [await listen(key, after), await listen(ending.key, after)];
    for (const reader of [again, until]) {
      await eventually(() => marks(reader.frames).length > 0, { ...wait, what: 'the event' });
      expect(marks(reader.frames)).toEqual([702]);
    }
    await api.admin('DELETE', `/admin/tenants/${tenantId}/keys/${id}`);
    await eventually(() => again.hasEnded(), { ...wait, what: 'the end of the stream of a revoked key' });
    expect(until.hasEnded()).toBe(false);
    api.passMs(3_600_000);
    await eventually(() => until.hasEnded(), { ...wait, what: 'the end of the stream of an expired key' });
  });

  it('takes no place for a client that left while its request was looked at', async () => {
    const streams = createEventStreams({
      bus: createEventBus(),
      history: createEventHistory({ db: api.db, epoch: 'ep1' }),
      epoch: 'ep1',
      log: createLogger({ name: 'test', destination: { write: () => undefined } }),
    });
    const { open: openStream } = streams.prepare({
      tenantId: null,
      after: null,
      isStillAllowed: async () => true,
    });
    const server = createServer((_request, response) => {
      response.once('close', () => openStream(response));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const outgoing = request({ port: (server.address() as AddressInfo).port, agent: false });
    outgoing.on('error', () => undefined).end();
    await once(server, 'request');
    outgoing.destroy();
    await new Promise((resolve) => server.close(resolve));
    await streams.stop();
  });

  it('is refused when too many are open, and is there again when one has ended', async () => {
    const refused = async () => (await api.admin('GET', '/admin/events?after=ep1-999999999999')).body?.code;
    while (open.length < 200) await read();
    expect(await refused()).toBe('UNAVAILABLE');
    open.pop()?.leave();
    await eventually(async () => (await read()).status === 200, { ...wait, what: 'a place' });
  });

  it('ends when the server closes, and the server then closes at once', async () => {
    const own = await startTestApi();
    const reader = await createReader(`${own.url}/admin/events`, asAdmin(own.adminKey));
    await eventually(() => reader.frames.length > 0, { ...wait, what: 'the hello' });
    await own.stop();
    await eventually(() => reader.hasEnded(), { ...wait, what: 'the end' });
  });

  async function headId(): Promise<string> {
    const newest = await api.db.tenantEvent.findFirst({ orderBy: { seq: 'desc' } });
    return `ep1-${newest?.seq ?? 0}`;
  }
});

interface Reader {
  readonly status: number;
  readonly frames: readonly Frame[];
  readonly headers: Record<string, unknown>;
  leave(): void;
  hasEnded(): boolean;
  wasCutOff(): boolean;
  readOn(): void;
}

/** A plain reader of server-sent events; one that does not read leaves everything in the sockets' buffers. */
async function createReader(
  url: string,
  headers: Record<string, string>,
  options: { reads: boolean } = { reads: true },
): Promise<Reader> {
  const frames: Frame[] = [];
  let rest = '';
  let hasEnded = false;
  let wasCutOff = false;
  const outgoing = request(url, { headers: { accept: 'text/event-stream', ...headers }, agent: false });
  outgoing.on('error', () => (wasCutOff = true));
  const incoming = await new Promise<IncomingMessage>((resolve) => outgoing.once('response', resolve).end());
  incoming.on('error', () => (wasCutOff = true));
  incoming.on('close', () => (hasEnded = true));
  incoming.setEncoding('utf8');
  const readOn = () => {
    incoming.on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n\n');
      rest = parts.pop() ?? '';
      frames.push(...parts.map(parseFrame));
    });
  };
  if (options.reads) readOn();
  return {
    status: incoming.statusCode ?? 0,
    frames,
    headers: incoming.headers,
    leave: () => outgoing.destroy(),
    hasEnded: () => hasEnded,
    wasCutOff: () => wasCutOff,
    readOn,
  };
}

function parseFrame(text: string): Frame {
  const fields = Object.fromEntries(text.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)));
  return { ...fields, data: fields['data'] === undefined ? undefined : JSON.parse(fields['data']) } as Frame;
}
