import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Trouble } from '@wafleet/contracts';
import { createLogger } from '@wafleet/runtime';
import { eventually } from '@wafleet/testing';
import { type AlertDesk, createAlertDesk } from '../../src/alerts/alert-desk';
import { alertPolicySchema } from '../../src/alerts/alert-policy';
import { createDatabaseOutage, type DatabaseOutage } from '../../src/alerts/database-outage';
import { noteTroubles } from '../../src/alerts/causes/note-troubles';
import { tellAlerts } from '../../src/alerts/notices/tell-alerts';
import { noteActive, noteStopped } from '../../src/leadership/note-active';
import { createNewId } from '../../src/new-id';
import { findTroubles } from '../../src/ops/find-troubles';
import { ScriptedChannel, unreached } from '../fakes/scripted-channel';
import { startTestApi, type TestApi } from '../test-api';

const minuteMs = 60_000;
const policy = alertPolicySchema.parse({ lookMs: 20 });
const newId = createNewId();
const log = createLogger({ name: 'test', destination: { write: () => undefined } });

describe('trouble of the control plane itself', () => {
  let api: TestApi;
  let folder: string;
  let aheadMs: number;
  let channel: ScriptedChannel;
  const desks: AlertDesk[] = [];

  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api?.stop());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wafleet-outage-'));
    aheadMs = 0;
    channel = new ScriptedChannel();
  });
  afterEach(async () => {
    await Promise.all(desks.splice(0).map((desk) => desk.stop()));
    api.setDatabaseReachable(true);
    await api.db.alert.deleteMany();
    await api.db.alertNotice.deleteMany();
    await rm(folder, { recursive: true });
  });

  const now = () => new Date(Date.now() + aheadMs);
  /** As a process that is started anew would know it. */
  const outageOf = (): DatabaseOutage =>
    createDatabaseOutage({
      path: join(folder, 'outage.json'),
      channels: [channel],
      holdMs: policy.holdMs,
      newId,
      now,
      log,
    });
  const note = (...troubles: Trouble[]) => noteTroubles(api.db, new Set(troubles), now());
  const tell = () => tellAlerts({ db: api.db, newId, policy, channels: ['webhook'] }, now());
  const list = async () => (await api.admin('GET', '/admin/alerts')).body.items;
  const seeAway = async (outage: DatabaseOutage) => {
    outage.isAway();
    await outage.settled();
  };

  it('is an alert while it lasts, and one alert when it comes and goes', async () => {
    await note('queue_unreachable');
    await note('queue_unreachable', 'fleet_silent');
    await note('fleet_silent');
    await note('queue_unreachable', 'fleet_silent');
    expect(await list()).toMatchObject([
      { tenant: null, reason: { code: 'fleet_silent' }, endedAt: null },
      { tenant: null, reason: { code: 'queue_unreachable' }, endedAt: null },
    ]);
    aheadMs += policy.holdMs;
    expect(await tell()).toBe(2);
    await note();
    aheadMs += policy.holdMs;
    expect(await tell()).toBe(2);
    expect(await list()).toMatchObject([
      { endToldAt: expect.any(String) },
      { endToldAt: expect.any(String) },
    ]);
  });

  describe('is found:', () => {
    const well = {
      isActive: () => true,
      jobs: { isReachable: () => true },
      supervisor: { hearsFleet: () => true, engineAnswers: () => true },
      freeBytes: () => Promise.resolve(10),
      minFreeBytes: 10,
    };
    const found = async (part: object) => [...(await findTroubles({ db: api.db, ...well, ...part }))];

    it('nothing where all is well', async () => {
      expect(await found({})).toEqual([]);
    });
    it('the queue away, of the active one only', async () => {
      const jobs = { isReachable: () => false };
      expect(await found({ jobs })).toEqual(['queue_unreachable']);
      expect(await found({ jobs, isActive: () => false })).toEqual([]);
    });
    it('most of the fleet silent', async () => {
      expect(await found({ supervisor: { ...well.supervisor, hearsFleet: () => false } })).toEqual([
        'fleet_silent',
      ]);
    });
    it('an engine of which nothing can be learned', async () => {
      expect(await found({ supervisor: { ...well.supervisor, engineAnswers: () => false } })).toEqual([
        'engine_silent',
      ]);
    });
    it('little space, unless nobody can tell', async () => {
      expect(await found({ freeBytes: () => Promise.resolve(9) })).toEqual(['disk_nearly_full']);
      expect(await found({ freeBytes: () => Promise.resolve(null) })).toEqual([]);
    });
    it('the database away', async () => {
      api.setDatabaseReachable(false);
      expect(await found({})).toEqual(['database_unreachable']);
    });
  });

  describe('a database that is away', () => {
    it('is told without it, once, by whichever process sees it first for long enough', async () => {
      api.setDatabaseReachable(false);
      await seeAway(outageOf());
      aheadMs += minuteMs;
      await seeAway(outageOf());
      expect(channel.taken).toEqual([]);
      aheadMs += minuteMs;
      channel.answer = unreached;
      await seeAway(outageOf());
      channel.answer = { kind: 'taken' };
      await seeAway(outageOf());
      await seeAway(outageOf());
      expect(channel.titles()).toEqual(['Wafleet is in trouble: The database is away']);

      api.setDatabaseReachable(true);
      await outageOf().isBack(api.db);
      await outageOf().isBack(api.db);
      expect(await readdir(folder)).toEqual([]);
      expect(await tell()).toBe(0);
      aheadMs += policy.holdMs;
      expect(await tell()).toBe(1);
      const { content } = await api.db.alertNotice.findFirstOrThrow();
      expect(content).toMatchObject({ type: 'alert.ended', data: { title: 'Over: The database is away' } });
      expect(await list()).toMatchObject([{ reason: { code: 'database_unreachable' } }]);
    });

    it('for a short time is not told, neither then nor afterwards', async () => {
      await seeAway(outageOf());
      aheadMs += minuteMs;
      await outageOf().isBack(api.db);
      aheadMs += policy.holdMs;
      expect(await tell()).toBe(0);
      expect(await list()).toEqual([]);
    });

    it('that nobody looked at for long is another outage', async () => {
      await seeAway(outageOf());
      aheadMs += 60 * minuteMs;
      await seeAway(outageOf());
      expect(channel.taken).toEqual([]);
      aheadMs += policy.holdMs;
      await seeAway(outageOf());
      expect(channel.taken).toHaveLength(1);
    });

    it('is noticed and told by the desk, and so is its return', async () => {
      const desk = createAlertDesk({
        db: api.db,
        jobs: { register: () => undefined, add: () => Promise.resolve(false) },
        channels: [channel],
        findTroubles: () =>
          findTroubles({
            db: api.db,
            isActive: () => true,
            jobs: { isReachable: () => true },
            supervisor: { hearsFleet: () => true, engineAnswers: () => true },
            freeBytes: () => Promise.resolve(null),
            minFreeBytes: 0,
          }),
        outage: outageOf(),
        policy: { ...policy, holdMs: 1 },
        newId,
        now,
        random: () => 0,
        log,
      });
      desks.push(desk);
      desk.start(null);
      api.setDatabaseReachable(false);
      aheadMs += policy.holdMs;
      const told = (count: number) =>
        eventually(() => channel.taken.length === count, { timeoutMs: 60_000, what: `${count} notices` });
      await eventually(async () => (await readdir(folder)).includes('outage.json'), {
        timeoutMs: 60_000,
        what: 'the outage to be written down',
      });
      aheadMs += policy.holdMs;
      await told(1);
      api.setDatabaseReachable(true);
      await eventually(async () => (await api.db.alertNotice.count()) === 1, {
        timeoutMs: 60_000,
        what: 'the notice of the end',
      });
      aheadMs += minuteMs;
      await told(2);
      expect(channel.titles()).toEqual([
        'Wafleet is in trouble: The database is away',
        'Over: The database is away',
      ]);
    });
  });

  it('a control plane that ended without being stopped is known to the next one, and to those after it', async () => {
    await api.db.instance.deleteMany();
    await api.db.instance.create({ data: { id: 'one', epoch: 'ep1' } });
    expect(await noteActive(api.db, now())).toBeNull();
    await noteStopped(api.db);
    expect(await noteActive(api.db, now())).toBeNull();
    const lostAt = now();
    expect(await noteActive(api.db, lostAt)).toEqual(lostAt);
    await noteStopped(api.db);
    aheadMs += minuteMs;
    expect(await noteActive(api.db, now())).toEqual(lostAt);
  });
});
