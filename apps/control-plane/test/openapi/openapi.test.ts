import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import { abortAfter } from '@wafleet/runtime';
import { asAdmin, asPortal } from '@wafleet/testing';
import fc from 'fast-check';
import { fitting, hostileText, type Known, spoilt } from './arbitrary-input';
import { createDescribedApi, type DescribedApi, type Operation, type Schema } from './described-api';
import { createNewId } from '../../src/new-id';
import { startTestApi, type TestApi } from '../test-api';

const seed = 20_261_125;
const rounds = 25;
/** Rounds that have not begun by then are left out, but for the first ones. */
const budgetMs = 60_000;
const leastRounds = 6;

describe('the OpenAPI document', () => {
  let api: TestApi;
  let document: Schema;
  let described: DescribedApi;

  beforeAll(async () => {
    api = await startTestApi();
    document = (await api.anyone({})('GET', '/openapi.json')).body;
    described = createDescribedApi(document);
  });
  afterAll(() => api?.stop());

  it('has every route but those that show it', () => {
    const shown = described.operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    const registered = api.routes.map(
      ({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`,
    );
    const showing = ['GET /openapi.json', 'GET /docs', 'GET /docs/{asset}'];
    expect([...shown, ...showing].sort()).toEqual(registered.sort());
    expect(new Set(described.operations.map(({ id }) => id)).size).toBe(shown.length);
  });

  it('names nothing that it does not have, and each parameter of each path', () => {
    const text = JSON.stringify(document);
    const refs = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref as string));
    expect(refs.size).toBeGreaterThan(20);
    for (const ref of refs) expect([ref, described.resolve({ $ref: ref })]).not.toEqual([ref, undefined]);
    for (const { path, parameters } of described.operations) {
      const named = parameters.filter((one) => one.in === 'path').map(({ name }) => `{${name}}`);
      expect(named.sort()).toEqual((path.match(/\{\w+\}/g) ?? []).sort());
    }
  });

  it('holds for every answer of every operation, whatever is sent, and nothing sent breaks anything', async () => {
    const run = await startRun(api);
    const deadline = Date.now() + budgetMs;
    const faults: string[] = [];
    const statuses = new Map<number, number>();
    for (let round = 0; round < rounds && (round < leastRounds || Date.now() < deadline); round++) {
      for (const [index, operation] of described.operations.entries()) {
        const [input] = fc.sample(inputOf(operation, described, await run.known(operation)), {
          seed: seed + round * 1_000 + index,
          numRuns: 1,
        }) as [Input];
        const answer = await run.send(operation, input);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        const wrong =
          answer.status >= 500
            ? 'broken'
            : (described.judge(operation, answer) ??
              (answer.status < 300 && operation.body && !described.allowsBody(operation, input.body)
                ? 'took a body that the document does not allow'
                : null));
        if (wrong !== null) {
          faults.push(
            `${operation.method} ${operation.path} ${answer.status}: ${wrong}; sent ${JSON.stringify(input)}; got ${JSON.stringify(answer.json)}`,
          );
        }
      }
    }
    expect(faults).toEqual([]);
    // It got somewhere: not everything was refused, and not everything taken.
    for (const status of [200, 201, 202, 204, 400, 404])
      expect([status, statuses.get(status) ?? 0]).not.toEqual([status, 0]);
    expect(api.logLines.filter((line) => line.includes('request failed'))).toEqual([]);
  }, 180_000);
});

interface Input {
  path: Record<string, string>;
  query: [string, string][];
  headers: Record<string, string>;
  body: unknown;
}

/** Mostly one part is spoilt, so that the others let it in as far as it gets. */
function inputOf(operation: Operation, described: DescribedApi, known: Known): fc.Arbitrary<Input> {
  const part = (place: string) =>
    fitting(
      {
        type: 'object',
        properties: Object.fromEntries(
          operation.parameters.filter((one) => one.in === place).map(({ name, schema }) => [name, schema]),
        ),
        required: operation.parameters
          .filter((one) => one.in === place && one.required)
          .map(({ name }) => name),
      },
      described.resolve,
      known,
    ) as fc.Arbitrary<Record<string, unknown>>;
  const body = operation.body ? fitting(operation.body, described.resolve, known) : fc.constant(undefined);
  return fc
    .tuple(
      part('path'),
      part('query'),
      part('header'),
      body,
      spoilt(body),
      hostileText,
      hostileText,
      fc.constantFrom('nothing', 'nothing', 'path', 'query', 'header', 'body', 'body'),
    )
    .map(([path, query, headers, good, bad, name, text, spoils]) => {
      // Nothing at all, or what a client takes out of a path, would be the path of another route.
      const texts = Object.entries(path).map(([key, value]): [string, string] => [
        key,
        (spoils === 'path' ? text : String(value)).replace(/^\.{0,2}$/, '%'),
      ]);
      const asked = Object.entries(query).map(([key, value]): [string, string] => [
        key,
        spoils === 'query' ? text : String(value),
      ]);
      return {
        path: Object.fromEntries(texts),
        query: spoils === 'query' && asked.length === 0 ? [[name, text]] : asked,
        headers: Object.fromEntries(
          Object.entries(headers).map(([key, value]) => [key, spoils === 'header' ? text : String(value)]),
        ),
        body: spoils === 'body' && operation.body ? bad : good,
      };
    });
}

/** Sends as whoever may, to tenants that are there until an operation erases one. */
async function startRun(api: TestApi) {
  const keep = await tenantWithThings(api);
  const credentials: Record<string, Record<string, string>> = {
    health: {},
    admin: asAdmin(api.adminKey),
    portal: asPortal(api.portalKey, 'owner@example.com'),
    v1: asAdmin((await api.asProgram(keep.id)).key),
    web: await webHeaders(api, keep.id),
  };

  return {
    async known({ method, path }: Operation): Promise<Known> {
      // What takes away takes something that nobody else needs.
      const isErasing = method === 'delete' && path === '/admin/tenants/{tenantId}';
      const tenantId = isErasing ? await api.createTenant('To be erased') : keep.id;
      const fleetKey = async () =>
        (await api.admin('POST', '/admin/keys', { body: { kind: 'PORTAL', name: 'fuzz' } })).body.id;
      const tenantKey = async () =>
        (
          await api.db.apiKey.create({
            data: {
              id: `key_${unique()}`,
              kind: 'TENANT',
              tenantId,
              name: 'fuzz',
              hash: unique(),
              revokedAt: new Date(),
            },
          })
        ).id;
      const userId = async () =>
        (await api.db.user.create({ data: { id: `usr_${unique()}`, email: `${unique()}@example.com` } })).id;
      const keyId = !path.endsWith('{keyId}')
        ? 'key_none'
        : path === '/admin/keys/{keyId}'
          ? await fleetKey()
          : await tenantKey();
      return {
        texts: {
          tenantId: [tenantId],
          keyId: [keyId],
          userId: [await userId(), 'usr_none'],
          messageId: keep.messageIds,
          mediaId: [keep.mediaId],
          quotedMessageId: keep.messageIds,
          outageId: ['out_none'],
          incidentId: ['inc_none'],
          jobId: ['blk_none', keep.jobId],
          tenantIds: [keep.id, 'none'],
          snapshotId: [keep.snapshotId, 'snp_none'],
          exportId: [keep.exportId, 'exp_none'],
          webhookId: [keep.webhookId, 'whk_none'],
          deliveryId: ['none'],
          eventId: ['1', 'none'],
          email: ['someone@example.com', 'Somebody@Example.com'],
          chatId: ['15550100123', '15550100124@c.us', '120363000000000000@g.us'],
          contactId: ['15550100123', '15550100124@c.us'],
          groupId: ['120363000000000000@g.us'],
          participants: ['15550100123'],
          mentions: ['15550100123'],
          phoneNumber: ['+15550100123', '15550100199'],
          phoneNumbers: ['+15550100123'],
          cursor: ['none'],
          // Nothing outside is ever called.
          url: ['http://127.0.0.1:9/', 'http://10.0.0.1/', 'http://[::1]:9/x', 'socks5://127.0.0.1:9'],
          'x-tenant-id': [keep.id],
          'last-event-id': [`${api.epoch}-1`, 'none'],
          'idempotency-key': ['one', 'two', unique()],
          range: ['bytes=0-0', 'bytes=5-', 'none'],
          'if-range': ['"none"'],
        },
      };
    },

    async send({ method, path, tag, takesBytes, body: takesJson }: Operation, input: Input) {
      const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
        encodeURIComponent(wellFormed(input.path[name] ?? '')),
      );
      const query = new URLSearchParams(
        input.query.map(([key, value]): [string, string] => [wellFormed(key), wellFormed(value)]),
      ).toString();
      const headers = Object.entries(input.headers).filter(([, value]) => /^[\x20-\x7e]*$/.test(value));
      const hasBody = takesJson !== undefined && input.body !== undefined;
      const stop = new AbortController();
      const response = await fetch(`${api.url}${address}${query === '' ? '' : `?${query}`}`, {
        method: method.toUpperCase(),
        headers: {
          ...Object.fromEntries(headers),
          ...credentials[tag],
          ...(hasBody ? { 'content-type': 'application/json' } : {}),
        },
        body: hasBody ? JSON.stringify(input.body) : takesBytes ? Buffer.from(input.query.join()) : null,
        signal: AbortSignal.any([stop.signal, abortAfter(30_000)]),
      });
      const type = response.headers.get('content-type') ?? '';
      // A live stream has no end to wait for.
      if (type.startsWith('text/event-stream')) stop.abort();
      const text = type.startsWith('text/event-stream') ? '' : await response.text();
      return {
        status: response.status,
        type,
        json: /json/.test(type) ? (JSON.parse(text) as unknown) : undefined,
      };
    },
  };
}

/** A browser that is signed in, and has an onboarding link opened. */
async function webHeaders(api: TestApi, tenantId: TenantId): Promise<Record<string, string>> {
  const { headers } = await api.signIn('owner@example.com');
  const { url } = (await api.admin('POST', `/admin/tenants/${tenantId}/onboarding-link`, { body: {} })).body;
  const opened = await api.anyone(headers)('POST', '/link/open', { body: { token: url.split('/').at(-1) } });
  const link = opened.headers.getSetCookie()[0]?.split(';')[0];
  return { ...headers, cookie: `${headers['cookie']}; ${link}` };
}

async function tenantWithThings(api: TestApi) {
  const id: TenantId = await api.createTenant('Fuzz', { owner: 'owner@example.com', start: true });
  const base = {
    tenantId: id,
    chatId: '15550100123@c.us',
    timestamp: new Date(),
    fromMe: true,
    body: 'Hello',
  };
  await api.db.message.createMany({
    data: [
      {
        ...base,
        id: 'msg_sent',
        direction: 'OUTBOUND',
        status: 'SENT',
        waMessageId: 'true_15550100123@c.us_3EB0AA',
      },
      { ...base, id: 'msg_uncertain', direction: 'OUTBOUND', status: 'UNCERTAIN' },
      { ...base, id: 'msg_received', direction: 'INBOUND', status: 'RECEIVED', fromMe: false },
    ],
  });
  const upload = await fetch(`${api.url}/admin/tenants/${id}/media?filename=a.png`, {
    method: 'POST',
    headers: { ...asAdmin(api.adminKey), 'content-type': 'image/png' },
    body: Buffer.from('bytes of a picture'),
    signal: AbortSignal.timeout(30_000),
  });
  const { id: mediaId } = (await upload.json()) as { id: string };
  const webhook = { url: 'http://127.0.0.1:9/hook' };
  const { id: webhookId } = (await api.admin('POST', `/admin/tenants/${id}/webhooks`, { body: webhook }))
    .body;
  const bulk = { action: 'start', tenantIds: [id] };
  const { id: jobId } = (await api.admin('POST', '/admin/bulk', { body: bulk })).body;
  const snapshotId = createNewId()('snp');
  await api.db.snapshot.create({
    data: { id: snapshotId, tenantId: id, trigger: 'by_hand', state: 'READY' },
  });
  const exportId = createNewId()('exp');
  const at = new Date();
  const expiresAt = new Date(at.getTime() + 3_600_000);
  await api.db.export.create({
    data: { id: exportId, tenantId: id, requestedBy: 'operator', createdAt: at, expiresAt },
  });
  return {
    id,
    mediaId,
    exportId,
    webhookId,
    jobId,
    snapshotId,
    messageIds: ['msg_sent', 'msg_uncertain', 'msg_received', 'msg_none'],
  };
}

let count = 0;
const unique = () => `${process.pid}${(count++).toString().padStart(8, '0')}`;

/** Half a surrogate pair has no percent-encoding; it gets in by bodies. */
function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '%');
}
