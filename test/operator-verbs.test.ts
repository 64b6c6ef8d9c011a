import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ControlPlane, eventually, type Stack, startStack } from '@wafleet/testing';
import { createPerson, type Person } from './simulated-people';
import { durablyLinkedTenant, messagesOf, statusOf, untilActive, untilQr } from './tenant-steps';

describe("an operator's verbs", () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let owner: Person;
  let tenantId: string;

  beforeAll(async () => {
    // After its second crash a worker waits for longer than a test does.
    stack = await startStack({
      env: { SUPERVISION: JSON.stringify({ restart: { firstMs: 600_000, maxMs: 600_000 } }) },
    });
    controlPlane = await stack.startControlPlane();
    owner = await createPerson(stack, '15550100031', 'Owner');
    tenantId = await durablyLinkedTenant(controlPlane, 'Bakery', owner);
  });

  afterAll(async () => {
    await stack?.stop();
  });

  const act = (verb: string) => controlPlane.admin.post(`/admin/tenants/${tenantId}/session/${verb}`);
  const reconnect = () => controlPlane.admin.get(`/admin/tenants/${tenantId}/reconnect`);
  const folder = (name: string) => join(stack.tenantsDir, tenantId, name);
  const generation = async () => (await statusOf(controlPlane, tenantId)).worker.generation as number;
  const untilGenerationAfter = (former: number) =>
    eventually(async () => (await generation()) > former, { timeoutMs: 60_000, what: 'a new worker' });
  const codesShown = async () =>
    (await controlPlane.admin.get(`/admin/tenants/${tenantId}/events?type=session.qr`)).items.length;
  const killWorker = () =>
    process.kill(JSON.parse(readFileSync(folder('run/worker.pid.json'), 'utf8')).pid as number, 'SIGKILL');

  it('force-cleanup brings the session back without a scan', async () => {
    const [former, codes] = [await generation(), await codesShown()];
    await act('force-cleanup');
    await untilGenerationAfter(former);
    await untilActive(controlPlane, tenantId);
    expect(await codesShown()).toBe(codes);
    expect(readdirSync(folder('trash'))).toEqual([]);
  });

  it('reset-reconnect starts at once what waits after crashes', async () => {
    const first = await generation();
    killWorker();
    await untilGenerationAfter(first);
    await untilActive(controlPlane, tenantId);
    const former = await generation();
    killWorker();
    const waiting = await eventually(
      async () => {
        const view = await reconnect();
        return view.nextAttemptAt === null ? null : view;
      },
      { timeoutMs: 60_000, what: 'a planned restart' },
    );
    expect(waiting).toMatchObject({ attempt: 2, reason: { code: 'worker_exited' }, isSlow: false });
    await act('reset-reconnect');
    await untilGenerationAfter(former);
    await untilActive(controlPlane, tenantId);
    expect(await reconnect()).toMatchObject({ state: 'CONNECTED', attempt: 0, nextAttemptAt: null });
  });

  it('reset shows a fresh code, with the old profile in the trash and the messages kept', async () => {
    const customer = await createPerson(stack, '15550100931', 'Customer');
    await customer.send(owner.number, 'before the reset');
    await eventually(async () => (await messagesOf(controlPlane, tenantId)).length === 1, {
      timeoutMs: 60_000,
      what: 'the message stored',
    });
    await act('reset');
    const qr = await untilQr(controlPlane, tenantId);
    expect(readdirSync(folder('trash'))).toHaveLength(1);
    expect(await statusOf(controlPlane, tenantId)).toMatchObject({ isLoggedIn: false, status: 'QR_PENDING' });
    await owner.scan(qr);
    await untilActive(controlPlane, tenantId);
    const bodies = (await messagesOf(controlPlane, tenantId)).map((message) => message.body);
    expect(bodies).toContain('before the reset');
  });
});
