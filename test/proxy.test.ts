import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type ControlPlane,
  eventually,
  type Stack,
  startStack,
  startTestProxy,
  type TestProxy,
} from '@wafleet/testing';
import { createPerson, type Person } from './simulated-people';
import { statusOf, untilActive, untilQr } from './tenant-steps';

describe('a tenant behind a proxy', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let owner: Person;
  let customer: Person;
  const proxies: TestProxy[] = [];

  beforeAll(async () => {
    stack = await startStack();
    controlPlane = await stack.startControlPlane();
    owner = await createPerson(stack, '15550100071', 'Owner');
    customer = await createPerson(stack, '15550100972', 'Customer');
  });

  afterAll(async () => {
    await stack?.stop();
    for (const proxy of proxies) await proxy.stop();
  });

  async function proxyOf(protocol: 'http' | 'socks5'): Promise<TestProxy> {
    const port = Number(/web\.whatsapp\.com 127\.0\.0\.1:(\d+)/.exec(stack.standin.browserArgs.join())?.[1]);
    const proxy = await startTestProxy({
      protocol,
      credentials: { username: 'customer', password: `pass-${protocol}` },
      route: () => ({ host: '127.0.0.1', port }),
    });
    proxies.push(proxy);
    return proxy;
  }

  it('gets another one without a scan, and its messages go through that', async () => {
    const first = await proxyOf('socks5');
    const second = await proxyOf('http');
    const made = await controlPlane.admin.post('/admin/tenants', {
      name: 'Bakery',
      proxy: { url: first.url },
    });
    expect(JSON.stringify(made)).not.toContain('pass-');
    await owner.scan(await untilQr(controlPlane, made.id));
    await untilActive(controlPlane, made.id);
    expect(first.targets.length).toBeGreaterThan(0);
    const { generation } = (await statusOf(controlPlane, made.id)).worker;

    const changed = await controlPlane.admin.call('PATCH', `/admin/tenants/${made.id}`, {
      body: { proxy: { url: second.url } },
    });
    expect(changed).toMatchObject({
      status: 200,
      body: { proxy: { url: `http://customer@127.0.0.1:${second.port}/` } },
    });
    const { worker } = await untilStarted(made.id, generation + 1);
    expect(worker.generation).toBe(generation + 1);
    const through = first.targets.length;
    await customer.send(owner.number, 'through the second');
    expect(second.targets.length).toBeGreaterThan(0);
    expect(first.targets.length).toBe(through);
    expect(controlPlane.process.output()).not.toContain('pass-');
  });

  async function untilStarted(tenantId: string, generation: number): Promise<any> {
    await eventually(async () => (await statusOf(controlPlane, tenantId)).worker.generation >= generation, {
      timeoutMs: 60_000,
      what: `generation ${generation}`,
    });
    return untilActive(controlPlane, tenantId);
  }
});
