import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TenantId } from '@wafleet/contracts';
import { eventually, tempDir, type ApiClient, type TempDir } from '@wafleet/testing';
import { generate } from 'selfsigned';
import { createEventBus } from '../../src/live/event-bus';
import { createNewId } from '../../src/new-id';
import { createCommitWithEvents } from '../../src/tenants/commit-with-events';
import { WebhookReceiver, type ReceiverCertificate } from '../fakes/webhook-receiver';
import { createFleet, patienceMs, type Fleet } from '../fleet';
import { launchControlPlane, type LaunchedControlPlane } from '../launch-control-plane';
import { tellMessages } from './webhooks-harness';

const chat = '15550100001@c.us';

jest.setTimeout(180_000);

let fleet: Fleet;
let folder: TempDir;
const receivers: WebhookReceiver[] = [];
let launched: LaunchedControlPlane;

beforeAll(async () => {
  fleet = await createFleet();
  folder = await tempDir('wafleet-https-');
});
afterEach(async () => {
  await launched?.kill();
  for (const receiver of receivers.splice(0)) await receiver.kill();
});
afterAll(async () => {
  await fleet?.stop();
  await folder?.remove();
});

/** One that is good for this machine's own address. */
async function certificate(): Promise<ReceiverCertificate> {
  const name = 'receiver.example';
  const made = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  return { key: made.private, cert: made.cert };
}

it('webhooks go to an https receiver whose certificate is trusted, and to no other, which is told by name', async () => {
  const trusted = await certificate();
  const authorities = join(folder.path, 'authorities.pem');
  await writeFile(authorities, trusted.cert);
  launched = await launchControlPlane(fleet, {
    NODE_EXTRA_CA_CERTS: authorities,
    WEBHOOKS: JSON.stringify({
      networks: ['127.0.0.0/8'],
      sweepMs: 100,
      pause: { firstMs: 100, maxMs: 200 },
    }),
  });
  const { api } = launched;
  const tenant = (await api.post('/admin/tenants', { name: 'Shop', start: false })) as { id: TenantId };
  const tenantId = tenant.id;
  const good = await listen(api, tenantId, new WebhookReceiver(trusted));
  const bad = await listen(api, tenantId, new WebhookReceiver(await certificate()));
  const writer = {
    commit: createCommitWithEvents({ db: fleet.db, epoch: 'any', bus: createEventBus() }),
    newId: createNewId(),
  };
  await tellMessages(writer, tenantId, chat, ['Hello']);

  await until(() => good.receiver.taken.length === 1, 'a delivery over https');
  const pathOfBad = `/admin/tenants/${tenantId}/webhooks/${bad.id}`;
  const read = async () => (await api.get(pathOfBad)) as { state: string; reason: { code: string } | null };
  await until(async () => (await read()).state === 'PAUSED', 'a pause of the one that is not trusted');
  expect((await read()).reason).toMatchObject({ code: 'certificate_refused' });
  expect(bad.receiver.asked).toEqual([]);
  const { items } = (await api.get(`${pathOfBad}/deliveries`)) as { items: { id: string }[] };
  expect(await api.get(`${pathOfBad}/deliveries/${items[0]?.id}`)).toMatchObject({
    state: 'PENDING',
    attemptLog: expect.arrayContaining([
      expect.objectContaining({
        responseCode: null,
        problem: expect.objectContaining({ code: 'certificate_refused' }),
      }),
    ]),
  });

  await bad.receiver.kill();
  bad.receiver.setCertificate(trusted);
  await bad.receiver.start();
  await until(() => bad.receiver.taken.length === 1, 'a delivery once the certificate is a good one');
});

async function listen(api: ApiClient, tenantId: TenantId, receiver: WebhookReceiver) {
  receivers.push(await receiver.start());
  const input = { url: receiver.url, events: ['message.received'] };
  const made = (await api.post(`/admin/tenants/${tenantId}/webhooks`, input)) as {
    id: string;
    secret: string;
  };
  receiver.secret = made.secret;
  return { id: made.id, receiver };
}

function until(condition: () => boolean | Promise<boolean>, what: string): Promise<unknown> {
  return eventually(condition, { timeoutMs: patienceMs, what });
}
