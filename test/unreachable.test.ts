import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ControlPlane, eventually, freePort, type Stack, startStack } from '@wafleet/testing';
import { createTenant, statusOf } from './tenant-steps';

describe('where WhatsApp can not be reached', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;

  beforeAll(async () => {
    const nothingListens = `MAP web.whatsapp.com 127.0.0.1:${await freePort()}, MAP * ~NOTFOUND`;
    stack = await startStack({
      env: { BROWSER_EXTRA_ARGS: JSON.stringify([`--host-resolver-rules=${nothingListens}`]) },
    });
    controlPlane = await stack.startControlPlane();
  });

  afterAll(async () => {
    await stack?.stop();
  });

  it('the tenant says so, with words and without an attempt used, instead of showing an empty box', async () => {
    const tenantId = await createTenant(controlPlane, 'Cut off');
    const status = await eventually(
      async () => {
        const now = await statusOf(controlPlane, tenantId);
        return now.reason?.code === 'whatsapp_unreachable' ? now : null;
      },
      {
        timeoutMs: 60_000,
        what: async () => `the reason; now ${JSON.stringify(await statusOf(controlPlane, tenantId))}`,
      },
    );
    expect(status).toMatchObject({
      status: 'RECOVERING',
      attempt: 0,
      isConnected: false,
      reason: { label: 'WhatsApp unreachable', repairedBy: 'worker' },
    });

    const qr = await controlPlane.admin.call('GET', `/admin/tenants/${tenantId}/qr`, {
      headers: { accept: 'text/plain' },
    });
    expect(qr).toMatchObject({ status: 409, body: { code: 'NO_QR' } });
  });
});
