import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ControlPlane, eventually, type Stack, startStack } from '@wafleet/testing';
import { createPerson, type Person } from './simulated-people';
import { linkedTenant, messagesOf, statusOf, untilActive } from './tenant-steps';

describe('fifty messages while no session runs', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let owner: Person;
  let ana: Person;
  let ben: Person;
  let tenantId: string;

  beforeAll(async () => {
    stack = await startStack();
    controlPlane = await stack.startControlPlane();
    owner = await createPerson(stack, '15550100011', 'Owner');
    ana = await createPerson(stack, '15550100912', 'Ana');
    ben = await createPerson(stack, '15550100913', 'Ben');
    tenantId = await linkedTenant(controlPlane, 'Bakery', owner);
  });
  afterAll(async () => {
    await stack?.stop();
  });

  const call = (method: 'GET' | 'POST', path: string) =>
    controlPlane.admin.call(method, `/admin/tenants/${tenantId}${path}`);
  const outages = async () => (await call('GET', '/outages')).body.items;

  it('are found afterwards, each once and in its order, and a statement says so', async () => {
    await ana.send(owner.number, 'known before');
    await eventually(async () => (await messagesOf(controlPlane, tenantId)).length === 1, {
      timeoutMs: 60_000,
      what: 'a first message',
    });
    await call('POST', '/worker/stop');
    await eventually(async () => (await statusOf(controlPlane, tenantId)).worker.status === 'STOPPED', {
      timeoutMs: 60_000,
      what: 'the worker stopped',
    });

    const bodies = Array.from({ length: 50 }, (_, index) => `while away ${index}`);
    for (const [index, body] of bodies.entries()) await (index % 2 ? ana : ben).send(owner.number, body);
    await owner.send(ana.number, 'sent from the phone');
    const stoppedUntil = Date.now();
    await call('POST', '/worker/start');
    await untilActive(controlPlane, tenantId);
    await ben.send(owner.number, 'afterwards');

    const statement = await eventually(
      async () => (await outages())[0].state === 'recovered' && (await outages())[0],
      {
        timeoutMs: 60_000,
        what: async () => `the statement; now ${JSON.stringify(await outages())}`,
      },
    );
    expect(statement).toMatchObject({ cause: 'disconnected', recovered: 51, chats: 2, incompleteChats: 0 });
    expect(Date.parse(statement.from)).toBeLessThan(stoppedUntil);
    expect(Date.parse(statement.to)).toBeGreaterThan(stoppedUntil);
    expect((await call('GET', `/outages/${statement.id}`)).body.perChat).toEqual([
      { chatId: `${ana.number}@c.us`, recovered: 26, isComplete: true },
      { chatId: `${ben.number}@c.us`, recovered: 25, isComplete: true },
    ]);
    const stored = (await messagesOf(controlPlane, tenantId)).reverse();
    const late = stored.filter(({ isBackfilled }) => isBackfilled).map(({ body }) => body);
    expect(late.filter((body) => body !== 'sent from the phone').sort()).toEqual([...bodies].sort());
    expect(stored.filter(({ isBackfilled }) => !isBackfilled).map(({ body }) => body)).toEqual([
      'known before',
      'afterwards',
    ]);
    const events = (await call('GET', '/events?limit=200')).body.items;
    expect(events.filter(({ type }: { type: string }) => type === 'outage.recovered')).toMatchObject([
      { data: { outageId: statement.id, recovered: 51, incompleteChats: 0 } },
    ]);
  });
});
