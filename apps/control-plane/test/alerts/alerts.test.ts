import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Reason, TenantId } from '@wafleet/contracts';
import { createLogger } from '@wafleet/runtime';
import { eventually } from '@wafleet/testing';
import { type AlertDesk, createAlertDesk } from '../../src/alerts/alert-desk';
import { alertPolicySchema } from '../../src/alerts/alert-policy';
import { alertRetention } from '../../src/alerts/alert-retention';
import { createNoticeDelivery } from '../../src/alerts/notices/deliver-notices';
import { forgetAlerts } from '../../src/alerts/forget-alerts';
import { noteLongRepairs } from '../../src/alerts/causes/note-long-repairs';
import { tellAlerts } from '../../src/alerts/notices/tell-alerts';
import { createNewId } from '../../src/new-id';
import { refreshTenantStatus } from '../../src/sessions/refresh-tenant-status';
import { refused, ScriptedChannel, unreached } from '../fakes/scripted-channel';
import { startTestApi, type TestApi } from '../test-api';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const policy = alertPolicySchema.parse({ lookMs: 20 });
const random = () => 0;
const newId = createNewId();

describe('alerts', () => {
  let api: TestApi;
  let aheadMs: number;
  let channel: ScriptedChannel;

  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api?.stop());
  beforeEach(() => {
    aheadMs = 0;
    channel = new ScriptedChannel();
  });
  afterEach(async () => {
    await api.db.tenant.deleteMany();
    await api.db.alert.deleteMany();
    await api.db.alertNotice.deleteMany();
  });

  const now = () => new Date(Date.now() + aheadMs);
  const quiet = createLogger({ name: 'test', destination: { write: () => undefined } });

  /** Parks the tenants for a reason, or has them wait for nobody. */
  const set = async (tenantIds: TenantId[], parkedReason: Reason | null) => {
    const greenUntil = parkedReason === null ? new Date(now().getTime() + hourMs) : null;
    for (const id of tenantIds)
      await api.commit(async (tx) => {
        await tx.tenant.update({ where: { id }, data: { parkedReason, greenUntil } });
        return { events: await refreshTenantStatus(tx, id, now()), result: undefined };
      });
  };
  /** Tenants that run, and are linked as far as anybody can see. */
  const create = async (count: number): Promise<TenantId[]> => {
    const ids = Array.from({ length: count }, () => newId('ten') as TenantId);
    const all = <Row>(row: (tenantId: TenantId, index: number) => Row) => ({ data: ids.map(row) });
    await api.db.tenant.createMany(
      all((id, index) => ({ id, name: `Shop ${index}`, desiredState: 'RUNNING' })),
    );
    await api.db.workerProcess.createMany(
      all((tenantId) => ({ tenantId, status: 'RUNNING', generation: 1 })),
    );
    await api.db.whatsappSession.createMany(all((tenantId) => ({ tenantId, state: 'CONNECTED' })));
    return ids;
  };
  const tell = () => tellAlerts({ db: api.db, newId, policy, channels: ['webhook'] }, now());
  const delivery = () =>
    createNoticeDelivery({ db: api.db, channels: [channel], policy: policy.retry, now, random, log: quiet });
  const list = async (query = '') => (await api.admin('GET', `/admin/alerts${query}`)).body.items;

  it('are told once when they have lasted, and once when they are over', async () => {
    const tenants = await create(1);
    await set(tenants, 'phone_logged_out');
    expect(await tell()).toBe(0);
    aheadMs += policy.holdMs;
    expect(await tell()).toBe(1);
    expect(await tell()).toBe(0);
    await delivery().deliver('webhook');
    await set(tenants, null);
    expect(await tell()).toBe(0);
    aheadMs += policy.holdMs;
    expect(await tell()).toBe(1);
    expect(await tell()).toBe(0);
    await delivery().deliver('webhook');
    expect(channel.titles()).toEqual([
      'Shop 0 needs a person: WhatsApp was unlinked',
      'Shop 0 no longer needs a person: WhatsApp was unlinked',
    ]);
    const endToldAt: unknown = expect.any(String);
    expect(await list()).toMatchObject([{ reason: { code: 'phone_logged_out' }, endToldAt }]);
  });

  it('that are over before are not told, neither that they came nor that they went', async () => {
    const tenants = await create(1);
    await set(tenants, 'opened_elsewhere');
    await set(tenants, null);
    aheadMs += hourMs;
    expect(await tell()).toBe(0);
    expect(await list('?open=true')).toEqual([]);
    expect(await list('?open=false')).toMatchObject([{ toldAt: null, endToldAt: null }]);
  });

  it('that come and go are one, and are told although each time was short', async () => {
    const tenants = await create(1);
    for (let time = 0; time < 3; time += 1) {
      await set(tenants, null);
      aheadMs += minuteMs;
      await set(tenants, 'opened_elsewhere');
      aheadMs += minuteMs;
    }
    expect(await tell()).toBe(1);
    await set(tenants, null);
    await set(tenants, 'opened_elsewhere');
    aheadMs += hourMs;
    expect(await tell()).toBe(0);
    expect(await list()).toHaveLength(1);
  });

  it('of two hundred tenants with one reason are told in one notice', async () => {
    const data = (await create(200)).map((tenantId) => ({
      id: newId('alt'),
      tenantId,
      reason: 'unpaired',
      openedAt: now(),
    }));
    await api.db.alert.createMany({ data });
    aheadMs += policy.holdMs;
    expect(await tell()).toBe(1);
    await delivery().deliver('webhook');
    expect(channel.titles()).toEqual(['200 tenants need a person: WhatsApp was unlinked']);
    const [notice] = channel.taken;
    expect(notice?.data.groups[0]).toMatchObject({ count: 200, tenants: { length: 20 } });
  });

  it('of a code that nobody scans are about tenants that were linked before', async () => {
    const [first, again] = (await create(2)) as [TenantId, TenantId];
    await api.db.account.create({
      data: {
        id: newId('acc'),
        tenantId: again,
        phoneNumber: '15550100001',
        linkedAt: now(),
        unlinkedAt: now(),
      },
    });
    await set([first, again], 'qr_expired');
    expect(await list()).toMatchObject([{ tenant: { id: again }, reason: { code: 'qr_expired' } }]);
  });

  it('end when their tenant is stopped, and when it is erased, of which nothing is left then', async () => {
    const [stopped, erased] = (await create(2)) as [TenantId, TenantId];
    await set([stopped, erased], 'phone_logged_out');
    aheadMs += policy.holdMs;
    expect(await tell()).toBe(1);
    await api.admin('POST', `/admin/tenants/${stopped}/worker/stop`);
    await api.admin('DELETE', `/admin/tenants/${erased}`);
    await forgetAlerts(api.db, erased);
    await api.db.tenant.delete({ where: { id: erased } });
    expect(await list('?open=true')).toEqual([]);
    aheadMs += policy.holdMs;
    expect(await tell()).toBe(1);
    await delivery().deliver('webhook');
    expect(channel.taken[1]).toMatchObject({
      type: 'alert.ended',
      data: { groups: [{ count: 2, tenants: [{ id: stopped }, { id: erased, name: erased }] }] },
    });
    await alertRetention({ db: api.db, now }).run();
    expect((await list()).map(({ tenant }: any) => tenant.id)).toEqual([stopped]);
  });

  it('that nobody was told of are gone with their tenant', async () => {
    const [tenantId] = (await create(1)) as [TenantId];
    await set([tenantId], 'phone_logged_out');
    await forgetAlerts(api.db, tenantId);
    expect(await list()).toEqual([]);
  });

  describe('of a repair that lasts', () => {
    const repair = (tenantId: TenantId, state: 'RECONNECTING' | 'CONNECTED', reason: Reason | null) =>
      api.commit(async (tx) => {
        await tx.whatsappSession.update({ where: { tenantId }, data: { state, reason } });
        return { events: await refreshTenantStatus(tx, tenantId, now()), result: undefined };
      });
    const note = () => noteLongRepairs(api.db, policy.repairLimitMs, now());

    it('come after half an hour, whatever its reasons were, and end when the tenant is well', async () => {
      const [tenantId] = (await create(1)) as [TenantId];
      await set([tenantId], null);
      await repair(tenantId, 'RECONNECTING', 'network_lost');
      aheadMs += policy.repairLimitMs - minuteMs;
      await repair(tenantId, 'RECONNECTING', 'browser_crashed');
      await note();
      expect(await list()).toEqual([]);
      aheadMs += minuteMs;
      for (let time = 0; time < 2; time += 1) await note();
      const detail: unknown = expect.stringMatching(/^RECOVERING since 2\d{3}-/);
      expect(await list()).toMatchObject([{ reason: { code: 'browser_crashed' }, detail, endedAt: null }]);
      aheadMs += policy.holdMs;
      expect(await tell()).toBe(1);
      await set([tenantId], null);
      await repair(tenantId, 'CONNECTED', null);
      aheadMs += policy.holdMs;
      expect(await tell()).toBe(1);
      await delivery().deliver('webhook');
      expect(channel.titles()).toEqual([
        expect.stringMatching(/^Shop 0 needs a person: /),
        expect.stringMatching(/^Shop 0 no longer needs a person: /),
      ]);
    });

    it('begin anew once it was well, and are none where a person is waited for already', async () => {
      const [healed, parked] = (await create(2)) as [TenantId, TenantId];
      await set([healed, parked], null);
      await repair(healed, 'RECONNECTING', 'network_lost');
      aheadMs += policy.repairLimitMs - minuteMs;
      await set([healed], null);
      await repair(healed, 'CONNECTED', null);
      await repair(healed, 'RECONNECTING', 'network_lost');
      await set([parked], 'opened_elsewhere');
      aheadMs += 2 * minuteMs;
      await note();
      expect(await list()).toMatchObject([{ tenant: { id: parked } }]);
      expect(await api.db.alert.count()).toBe(1);
    });
  });

  it('that a change holds locked are told the next time, and nobody waits', async () => {
    const tenants = await create(2);
    await set(tenants, 'unpaired');
    aheadMs += policy.holdMs;
    await api.db.$transaction(async (tx) => {
      await tx.alert.updateMany({ where: { tenantId: tenants[0] as TenantId }, data: { detail: 'new' } });
      expect(await tell()).toBe(1);
    });
    expect(await tell()).toBe(1);
    await delivery().deliver('webhook');
    expect(channel.taken.map(({ data }) => data.groups[0]?.tenants[0]?.detail)).toEqual([null, 'new']);
  });

  it('are forgotten a month after their end', async () => {
    const tenants = await create(2);
    await set(tenants, 'unpaired');
    await set(tenants.slice(1), null);
    aheadMs += 31 * 24 * hourMs;
    await alertRetention({ db: api.db, now }).run();
    expect(await list()).toMatchObject([{ tenant: { id: tenants[0] }, endedAt: null }]);
  });

  it('can be tried: a test says what became of it on each channel', async () => {
    expect((await api.admin('POST', '/admin/alerts/test')).body).toEqual({ channels: [] });
    api.alertChannels.push(channel);
    expect((await api.admin('POST', '/admin/alerts/test')).body).toEqual({
      channels: [{ channel: 'webhook', isWell: true, problem: null }],
    });
    expect(channel.taken).toMatchObject([{ type: 'alert.test', data: { groups: [] } }]);
    channel.answer = refused;
    expect((await api.admin('POST', '/admin/alerts/test')).body).toEqual({
      channels: [{ channel: 'webhook', isWell: false, problem: 'The webhook answered 404.' }],
    });
    api.alertChannels.pop();
  });

  it('are listed page by page, newest first', async () => {
    await set(await create(3), 'unpaired');
    const first = (await api.admin('GET', '/admin/alerts?limit=2')).body;
    const second = (await api.admin('GET', `/admin/alerts?limit=2&cursor=${first.nextCursor}`)).body;
    const names = [...first.items, ...second.items].map(({ tenant }: any) => tenant.name);
    expect(names).toEqual(['Shop 2', 'Shop 1', 'Shop 0']);
    expect(second.nextCursor).toBeNull();
  });

  describe('on their way', () => {
    /** Notices of so many causes. */
    const write = async (...parked: Reason[]) => {
      const tenants = await create(parked.length);
      for (const [index, reason] of parked.entries()) await set([tenants[index] as TenantId], reason);
      aheadMs += policy.holdMs;
      await tell();
    };

    it('keep their order and come once, whatever the other side answered before', async () => {
      await write('unpaired', 'opened_elsewhere', 'number_in_use');
      const line = delivery();
      for (const answer of [unreached, refused, unreached]) {
        channel.answer = answer;
        const next = await line.deliver('webhook');
        expect(channel.sent).toBe(1);
        channel.sent = 0;
        expect(await line.deliver('webhook')).toEqual(next);
        expect(channel.sent).toBe(0);
        aheadMs = (next as Date).getTime() - Date.now() + 1_000;
      }
      channel.answer = { kind: 'taken' };
      expect(await line.deliver('webhook')).toBeNull();
      expect(channel.titles()).toEqual([
        expect.stringContaining('WhatsApp was unlinked'),
        expect.stringContaining('Opened somewhere else'),
        expect.stringContaining('Number linked elsewhere'),
      ]);
      expect(await line.deliver('webhook')).toBeNull();
      expect(channel.taken).toHaveLength(3);
    });

    it('wait for a day where nobody is reached, and an hour where they are refused', async () => {
      await write('unpaired');
      channel.answer = unreached;
      aheadMs += 23 * hourMs;
      expect(await delivery().deliver('webhook')).not.toBeNull();
      aheadMs += hourMs;
      expect(await delivery().deliver('webhook')).toBeNull();
      await write('opened_elsewhere', 'number_in_use');
      channel.answer = refused;
      aheadMs += hourMs;
      expect(await delivery().deliver('webhook')).toBeNull();
      channel.answer = { kind: 'taken' };
      expect(await delivery().deliver('webhook')).toBeNull();
      expect(channel.taken).toEqual([]);
      expect(await api.db.alertDelivery.count({ where: { givenUpAt: { not: null } } })).toBe(3);
    });

    it('that were taken without a note of it come again under the same id', async () => {
      await write('unpaired');
      channel.onTaken = () => Promise.reject(new Error('the process ends here'));
      await expect(delivery().deliver('webhook')).rejects.toThrow('the process ends here');
      channel.onTaken = () => Promise.resolve();
      await delivery().deliver('webhook');
      expect(new Set(channel.ids).size).toBe(1);
      expect(channel.ids).toHaveLength(2);
    });
  });

  describe('told by the desk', () => {
    const desks: AlertDesk[] = [];
    afterEach(() => Promise.all(desks.splice(0).map((desk) => desk.stop())));

    const open = (jobs: Parameters<typeof createAlertDesk>[0]['jobs']) => {
      const desk = createAlertDesk({
        db: api.db,
        jobs,
        channels: [channel],
        findTroubles: () => Promise.resolve(new Set()),
        outage: {
          isAway: () => undefined,
          isBack: () => Promise.resolve(),
          settled: () => Promise.resolve(),
        },
        policy,
        newId,
        now,
        random,
        log: quiet,
      });
      desks.push(desk);
      desk.start(null);
      return desk;
    };
    const noQueue = { register: () => undefined, add: () => Promise.resolve(false) };
    const toldOnce = () =>
      eventually(() => channel.taken.length > 0, { timeoutMs: 60_000, what: 'a notice' }).then(() =>
        expect(channel.taken).toHaveLength(1),
      );

    it('arrive through the queue', async () => {
      let work: (payload: any) => Promise<void> = () => Promise.resolve();
      open({
        register: (_name, perform) => void (work = perform as typeof work),
        add: (_name, payload) => work(payload).then(() => true),
      });
      await set(await create(1), 'unpaired');
      aheadMs += policy.holdMs;
      await toldOnce();
    });

    it('arrive without the queue, a little later', async () => {
      open(noQueue);
      await set(await create(1), 'unpaired');
      aheadMs += policy.holdMs;
      await eventually(async () => (await api.db.alertNotice.count()) === 1, {
        timeoutMs: 60_000,
        what: 'it',
      });
      expect(channel.sent).toBe(0);
      aheadMs += 10_000;
      await toldOnce();
    });

    it('are also of a tenant that no machine has got well', async () => {
      open(noQueue);
      const [tenantId] = (await create(1)) as [TenantId];
      await api.commit(async (tx) => ({
        events: await refreshTenantStatus(tx, tenantId, now()),
        result: undefined,
      }));
      aheadMs += policy.repairLimitMs;
      await eventually(async () => (await list('?open=true')).length === 1, {
        timeoutMs: 60_000,
        what: 'the alert',
      });
    });

    it('are delivered after a restart between the writing and the delivery, and not told anew', async () => {
      await set(await create(1), 'unpaired');
      aheadMs += policy.holdMs;
      channel.answer = unreached;
      const first = open(noQueue);
      await eventually(async () => (await api.db.alertNotice.count()) === 1, {
        timeoutMs: 60_000,
        what: 'it',
      });
      await first.stop();
      channel.answer = { kind: 'taken' };
      aheadMs += hourMs;
      open(noQueue);
      await toldOnce();
      const { endToldAt } = await api.db.alert.findFirstOrThrow();
      expect(endToldAt).toBeNull();
      expect(await api.db.alertNotice.count()).toBe(1);
    });
  });
});
