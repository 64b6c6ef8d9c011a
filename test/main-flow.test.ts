import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  asAdmin,
  asPortal,
  type ControlPlane,
  type EventStream,
  eventually,
  openEventStream,
  type Stack,
  startStack,
  startTestRedis,
} from '@wafleet/testing';
import { createPerson } from './simulated-people';
import { createTenant, messagesOf, statusOf, untilActive, untilMessageStatus, untilQr } from './tenant-steps';

const customer = '15550100900';

describe.each(['postgres', 'redis'] as const)('the main job, queue on %s', (backend) => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let redis: Awaited<ReturnType<typeof startTestRedis>> = null;

  beforeAll(async () => {
    if (backend === 'redis') redis = await startTestRedis();
    stack = await startStack(redis ? { redisUrl: redis.url } : {});
    controlPlane = await stack.startControlPlane();
  });

  afterAll(async () => {
    await stack?.stop();
    await redis?.stop();
  });

  it('links by QR, receives, sends, restarts without a scan, and signs out', async () => {
    if (backend === 'redis' && !redis) return; // startTestRedis() has said so.
    const owner = await createPerson(stack, '15550100001', 'Owner');
    const person = await createPerson(stack, customer, 'Customer');
    const tenantId = await createTenant(controlPlane, 'Bakery');
    const stream = await openEventStream(
      `${controlPlane.url}/admin/events?tenantId=${tenantId}`,
      asAdmin(stack.adminKey),
    );

    const portal = await portalOf(tenantId, 'owner@example.com');

    await owner.scan(await untilQr(controlPlane, tenantId));
    const linked = await untilActive(controlPlane, tenantId);
    expect(linked).toMatchObject({
      isLoggedIn: true,
      isConnected: true,
      reason: null,
      session: { state: 'CONNECTED', account: { phoneNumber: owner.number } },
      worker: { status: 'RUNNING', generation: 1 },
    });

    await person.send(owner.number, 'Do you have rye bread?');
    const [received] = await eventually(
      async () => {
        const messages = await messagesOf(controlPlane, tenantId);
        return messages.length > 0 ? messages : null;
      },
      { timeoutMs: 60_000, what: 'the message stored' },
    );
    expect(received).toMatchObject({
      direction: 'INBOUND',
      status: 'RECEIVED',
      chatId: `${customer}@c.us`,
      body: 'Do you have rye bread?',
      type: 'text',
    });
    await eventually(
      () => stream.events.some((e) => e.type === 'message.received' && e.data.messageId === received.id),
      { timeoutMs: 60_000, what: 'the live event of the message' },
    );

    const sent = await controlPlane.admin.post(`/admin/tenants/${tenantId}/messages`, {
      chatId: customer,
      body: 'Yes, until six.',
    });
    expect(sent.status).toBe('QUEUED');
    await untilMessageStatus(controlPlane, tenantId, sent.id, 'READ');
    const seen = () =>
      stream.events
        .filter((e) => e.type === 'message.status' && e.data.messageId === sent.id)
        .map((e) => e.data.status);
    await eventually(() => seen().at(-1) === 'READ', { timeoutMs: 60_000, what: 'the live event of READ' });
    // Acks that come together are told as the last of them.
    expect(seen()).toEqual(['QUEUED', 'SENT', 'DELIVERED', 'READ'].filter((one) => seen().includes(one)));
    const atCustomer = (await person.chatWith(owner.number)).filter((item) => item.from === owner.number);
    expect(atCustomer).toEqual([
      expect.objectContaining({
        id: sent.waMessageId ?? expect.any(String),
        body: 'Yes, until six.',
        timesReceived: 1,
      }),
    ]);

    const scansBefore = stream.events.filter((e) => e.type === 'session.qr').length;
    await controlPlane.admin.post(`/admin/tenants/${tenantId}/worker/force-restart`);
    await eventually(async () => (await statusOf(controlPlane, tenantId)).worker.generation === 2, {
      timeoutMs: 60_000,
      what: 'the second generation',
    });
    await untilActive(controlPlane, tenantId);
    expect(stream.events.filter((e) => e.type === 'session.qr')).toHaveLength(scansBefore);

    await controlPlane.admin.post(`/admin/tenants/${tenantId}/session/logout`);
    await eventually(async () => (await statusOf(controlPlane, tenantId)).session.state === 'LOGGED_OUT', {
      timeoutMs: 60_000,
      what: 'LOGGED_OUT',
    });
    await controlPlane.admin.post(`/admin/tenants/${tenantId}/worker/start`);
    expect(await untilQr(controlPlane, tenantId)).toMatch(/,/);
    await eventually(() => statusesIn(portal).at(-1)?.status === 'QR_PENDING', {
      timeoutMs: 60_000,
      what: "the last status on the tenant's own stream",
    });
    const shown = statusesIn(stream);
    expect(statusesIn(portal)).toEqual(shown.slice(-statusesIn(portal).length));
    expect(statusesIn(portal)).toEqual(
      expect.arrayContaining([
        { status: 'ACTIVE', reason: null, userAction: null },
        { status: 'ERROR', reason: 'signed_out_by_user', userAction: 'link_again' },
      ]),
    );
    stream.stop();
    portal.stop();
  });

  /** The live stream of a workspace, as its portal has it. */
  async function portalOf(tenantId: string, email: string): Promise<EventStream> {
    const path = `/admin/tenants/${tenantId}/users/${email}`;
    const { status } = await controlPlane.admin.call('PUT', path, { body: { role: 'OWNER' } });
    expect(status).toBeLessThan(300);
    const address = `${controlPlane.url}/portal/tenant/current/events/live`;
    return openEventStream(address, asPortal(stack.portalKey, email));
  }

  const statusesIn = (stream: EventStream) =>
    stream.events
      .filter(({ type }) => type === 'tenant.status')
      .map(({ data: { status, reason, userAction } }) => ({ status, reason, userAction }));

  it('links by pairing code', async () => {
    if (backend === 'redis' && !redis) return; // startTestRedis() has said so.
    const owner = await createPerson(stack, '15550100002', 'Second owner');
    const tenantId = await createTenant(controlPlane, 'Florist');
    await untilQr(controlPlane, tenantId);
    const pairing = await controlPlane.admin.post(`/admin/tenants/${tenantId}/session/pairing-code`, {
      phoneNumber: owner.number,
    });
    expect(pairing.code.replace('-', '')).toMatch(/^[A-Z0-9]{8}$/);
    await owner.pair(pairing.code.replace('-', ''));
    expect((await untilActive(controlPlane, tenantId)).session.account.phoneNumber).toBe(owner.number);
  });
});
