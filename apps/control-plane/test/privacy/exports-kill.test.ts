import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TenantId } from '@wafleet/contracts';
import { eventually, findInFiles } from '@wafleet/testing';
import { createFleet, patienceMs, type Fleet } from '../fleet';
import { launchControlPlane, type LaunchedControlPlane } from '../launch-control-plane';

/** So many that an archive of them takes longer than to notice that it was begun. */
const count = 20_000;
const word = 'sourdough';

jest.setTimeout(240_000);

let fleet: Fleet;
const launched: LaunchedControlPlane[] = [];

beforeAll(async () => {
  fleet = await createFleet();
});
afterEach(async () => {
  for (const one of launched.splice(0)) await one.kill();
});
afterAll(() => fleet?.stop());

async function launch(): Promise<LaunchedControlPlane> {
  const one = await launchControlPlane(fleet, {});
  launched.push(one);
  return one;
}

it('an export that is under way as the control plane is killed begins anew and comes out whole, with no half of it left', async () => {
  const { api, kill } = await launch();
  const { id: tenantId } = (await api.post('/admin/tenants', { name: 'Shop', start: false })) as {
    id: TenantId;
  };
  const incoming = { direction: 'INBOUND', status: 'RECEIVED', fromMe: false } as const;
  for (let from = 0; from < count; from += 5_000)
    await fleet.db.message.createMany({
      data: Array.from({ length: 5_000 }, (_, index) => ({
        ...incoming,
        id: `msg_${String(from + index).padStart(8, '0')}`,
        tenantId,
        chatId: '15550100001@c.us',
        body: `${word} ${from + index}`,
        timestamp: new Date(),
      })),
    });
  const path = `/admin/tenants/${tenantId}/exports`;
  const { id } = (await api.post(path, {})) as { id: string };
  const row = () => fleet.db.export.findUniqueOrThrow({ where: { id } });
  const until = (condition: () => Promise<boolean>, what: string) =>
    eventually(condition, {
      timeoutMs: patienceMs,
      everyMs: 5,
      what: async () => `${what}: ${JSON.stringify(await row(), (_key, value) => String(value))}`,
    });
  await until(async () => (await row()).records > 400, 'an export under way');
  await kill();
  expect(await row()).toMatchObject({ state: 'RUNNING', attempts: 1 });

  const again = await launch();
  await until(async () => (await row()).state === 'READY', 'an export made by the next one');
  expect(await row()).toMatchObject({ attempts: 2, problem: null });
  expect((await row()).records).toBeGreaterThan(count);
  const folder = join(fleet.dataDir, 'exports');
  expect(await readdir(join(folder, tenantId))).toEqual([`${id}.export`]);
  expect(await findInFiles([folder], [word])).toEqual([]);
  const archive = await again.api.call('GET', `${path}/${id}/archive`);
  expect(archive.status).toBe(200);
});
