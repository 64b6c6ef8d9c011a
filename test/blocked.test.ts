import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  asAdmin,
  callStandin,
  type ControlPlane,
  eventually,
  type LinkedTenant,
  linkTenants,
  mended,
  type Stack,
  startStack,
  statusOf,
  switchOn,
  untilGreen,
} from '@wafleet/testing';

describe('a number that WhatsApp blocks', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let tenant: LinkedTenant;

  beforeAll(async () => {
    stack = await startStack({
      env: {
        WORKER_DEADLINES: JSON.stringify({ reconnect: { firstMs: 500, slowMs: 2_000, stableMs: 1_000 } }),
      },
    });
    controlPlane = await stack.startControlPlane();
    [tenant] = (await linkTenants(stack, controlPlane, ['15550100111'])) as [LinkedTenant];
    await callStandin(stack, 'PUT', '/users/15550100112', { name: 'Friend' });
  }, 120_000);

  afterEach(() => mended({ stack, tenant }));

  afterAll(async () => {
    await stack?.stop();
  });

  const path = (rest: string) => `/admin/tenants/${tenant.id}/${rest}`;
  const send = (body: string) =>
    controlPlane.admin.call('POST', path('messages'), { body: { chatId: '+15550100112', body } });
  const meets = async (serverState: string, code: string) => {
    await switchOn({ serverState })({ stack, controlPlane, tenant, processes: [] });
    await callStandin(stack, 'POST', '/connections/drop', { number: tenant.number });
    return eventually(
      async () => {
        const status = await statusOf(controlPlane, tenant.id);
        return status.reason?.code === code ? status : null;
      },
      {
        timeoutMs: 60_000,
        what: async () => `${code}; now ${JSON.stringify(await statusOf(controlPlane, tenant.id))}`,
      },
    );
  };

  it.each([
    ['TOS_BLOCK', 'restricted', 'stop_sending'],
    ['SMB_TOS_BLOCK', 'restricted', 'stop_sending'],
    ['DEPRECATED_VERSION', 'version_deprecated', 'update_wafleet'],
  ])(
    '%s: a person is told, sends are refused, and it is green again when that ends',
    async (serverState, reason, userAction) => {
      expect(await meets(serverState, reason)).toMatchObject({
        status: 'ERROR',
        reason: { code: reason, repairedBy: 'person', userAction },
      });
      expect(await send('while blocked')).toMatchObject({
        status: 409,
        body: { code: 'NEEDS_PERSON', reason },
      });
      await mended({ stack, tenant });
      await untilGreen(controlPlane, [tenant]);
      expect(await send('after it')).toMatchObject({ status: 202 });
    },
    120_000,
  );

  it('is pictured in its incident, which only an operator sees', async () => {
    const { items } = await controlPlane.admin.get(path('incidents?reason=restricted'));
    expect(items).toMatchObject([{ hasScreenshot: true, count: 2 }]);
    const answer = await fetch(`${controlPlane.url}${path(`incidents/${items[0].id}/screenshot`)}`, {
      headers: asAdmin(stack.adminKey),
    });
    expect(answer.headers.get('content-type')).toBe('image/jpeg');
    const picture = Buffer.from(await answer.arrayBuffer());
    expect([...picture.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
  });

  it('PROXYBLOCK: only the way is closed, so sends wait for it', async () => {
    expect(await meets('PROXYBLOCK', 'whatsapp_unreachable')).toMatchObject({
      status: 'RECOVERING',
      detail: 'WhatsApp refuses the address that it is reached from',
    });
    const { status, body } = await send('while closed');
    expect(status).toBe(202);
    await mended({ stack, tenant });
    await untilGreen(controlPlane, [tenant]);
    await eventually(
      async () =>
        ['SENT', 'DELIVERED', 'READ'].includes(
          (await controlPlane.admin.get(path(`messages/${body.id}`))).status,
        ),
      { timeoutMs: 60_000, what: 'the message sent' },
    );
  }, 120_000);
});
