import { afterEach, beforeAll, afterAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '@wafleet/runtime';
import { createEmptyTestDatabase, eventually, freePort, startTestRedis } from '@wafleet/testing';
import { Client } from 'pg';
import { createJobQueue, type JobQueue } from '../../src/jobs/job-queue';
import type { QueueBackend } from '../../src/jobs/open-queue';

interface TestStore {
  backend: QueueBackend;
  /** Every connection is cut; new ones are taken. */
  cutConnections(): Promise<void>;
  connections(): Promise<number>;
  stop(): Promise<void>;
}

const stores: [string, () => Promise<TestStore | null>][] = [
  ['Postgres', startPostgresStore],
  ['Redis', startRedisStore],
];

describe.each(stores)('jobs on %s', (name, startStore) => {
  let store: TestStore | null = null;
  const queues: JobQueue[] = [];
  const lines: { level: string; msg: string; what?: string }[] = [];
  const log = createLogger({
    name: 'test',
    destination: { write: (line) => void lines.push(JSON.parse(line) as (typeof lines)[number]) },
  });

  beforeAll(async () => {
    store = await startStore();
    if (!store) process.stderr.write(`SKIPPED: jobs on ${name}, because this machine has none\n`);
  });
  afterEach(async () => {
    await Promise.all(queues.splice(0).map((queue) => queue.stop()));
    lines.length = 0;
  });
  afterAll(() => store?.stop());

  let count = 0;
  /** A queue of its own for each test. */
  const open = (backend: QueueBackend, namespace = `jobs_test_${++count}`): JobQueue => {
    const queue = createJobQueue({ backend, namespace, log, random: () => 0.5 });
    queues.push(queue);
    return queue;
  };
  const reachable = (queue: JobQueue) =>
    eventually(() => queue.isReachable(), { timeoutMs: 60_000, what: 'the queue' });
  const guarantee = (title: string, check: (store: TestStore) => Promise<void>) =>
    it(title, async () => {
      if (store) await check(store);
    });

  guarantee('a delayed job is done once it is due, and not before', async ({ backend }) => {
    const done: { dueAt: number; at: number }[] = [];
    const queue = open(backend);
    queue.register('message.expire', async ({ dueAt }) => void done.push({ dueAt, at: Date.now() }));
    queue.start();
    await reachable(queue);
    const dueAt = Date.now() + 400;
    expect(await queue.add('message.expire', { dueAt }, { delayMs: 400 })).toBe(true);
    await eventually(() => done.length > 0, { timeoutMs: 60_000, what: 'the job' });
    expect(done).toEqual([{ dueAt, at: expect.any(Number) }]);
    expect(done[0]?.at).toBeGreaterThanOrEqual(dueAt - 5);
  });

  guarantee(
    'a job that waits is not added twice, and can be added again when it is done',
    async ({ backend }) => {
      const done: number[] = [];
      const queue = open(backend);
      queue.register('message.expire', async ({ dueAt }) => void done.push(dueAt));
      queue.start();
      await reachable(queue);
      const options = { delayMs: 500, dedupeId: 'same' };
      for (const dueAt of [1, 2, 3]) await queue.add('message.expire', { dueAt }, options);
      await queue.add('message.expire', { dueAt: 4 }, { delayMs: 600, dedupeId: 'other' });
      await eventually(() => done.includes(4), { timeoutMs: 60_000, what: 'both jobs' });
      expect(done).toEqual([1, 4]);
      await eventually(
        async () => {
          await queue.add('message.expire', { dueAt: 5 }, { dedupeId: 'same' });
          return done.includes(5);
        },
        { timeoutMs: 60_000, what: 'the job again' },
      );
    },
  );

  guarantee(
    'a job that fails is tried again until it works, and each failure is logged',
    async ({ backend }) => {
      let tries = 0;
      const queue = open(backend);
      queue.register('message.expire', async () => {
        tries += 1;
        if (tries < 3) throw new Error('not yet');
      });
      queue.start();
      await reachable(queue);
      await queue.add('message.expire', { dueAt: 1 });
      await eventually(() => tries === 3, { timeoutMs: 60_000, what: 'the third try' });
      const warnings = lines.filter(({ msg }) => msg === 'job failed; it is tried again');
      expect(warnings).toHaveLength(2);
    },
  );

  guarantee('a payload that does not fit is not tried again', async ({ backend }) => {
    const queue = open(backend);
    queue.register('message.expire', async () => undefined);
    queue.start();
    await reachable(queue);
    await queue.add('message.expire', { dueAt: 'soon' } as never);
    await eventually(() => lines.some(({ msg }) => msg === 'job failed for good'), {
      timeoutMs: 60_000,
      what: 'the failure',
    });
  });

  guarantee(
    'what is scheduled is done again and again, by one of several control planes',
    async ({ backend }) => {
      const namespace = `jobs_test_${++count}`;
      const runs: number[] = [];
      for (let index = 0; index < 2; index += 1) {
        const queue = open(backend, namespace);
        queue.every('maintenance.cleanup', 300);
        queue.register('maintenance.cleanup', async () => void runs.push(Date.now()));
        queue.start();
        await reachable(queue);
      }
      const start = Date.now();
      const before = runs.length;
      await eventually(() => runs.length >= before + 4, { timeoutMs: 60_000, what: 'four runs' });
      expect(runs.length - before).toBeLessThanOrEqual((Date.now() - start) / 300 + 2);
    },
  );

  guarantee('waiting jobs outlive the control plane', async ({ backend }) => {
    const namespace = `jobs_test_${++count}`;
    const first = open(backend, namespace);
    first.start();
    await reachable(first);
    await first.add('message.expire', { dueAt: 7 }, { delayMs: 500 });
    await first.stop();
    const done: number[] = [];
    const second = open(backend, namespace);
    second.register('message.expire', async ({ dueAt }) => void done.push(dueAt));
    second.start();
    await eventually(() => done.length > 0, { timeoutMs: 60_000, what: 'the job' });
    expect(done).toEqual([7]);
  });

  guarantee('stop() waits for a job under way', async ({ backend }) => {
    let release: () => void = () => undefined;
    let isDone = false;
    const queue = open(backend);
    queue.register('message.expire', async () => {
      await new Promise<void>((resolve) => (release = resolve));
      isDone = true;
    });
    queue.start();
    await reachable(queue);
    const idle = release;
    await queue.add('message.expire', { dueAt: 1 });
    await eventually(() => release !== idle, { timeoutMs: 60_000, what: 'the job' });
    const stopping = queue.stop();
    release();
    await stopping;
    expect(isDone).toBe(true);
  });

  guarantee('goes on after its connections are cut, and a control plane holds few of them', async (cut) => {
    const done: number[] = [];
    const queue = open(cut.backend);
    queue.register('message.expire', async ({ dueAt }) => void done.push(dueAt));
    queue.start();
    await reachable(queue);
    expect(await cut.connections()).toBeLessThanOrEqual(3);
    await cut.cutConnections();
    await eventually(() => queue.add('message.expire', { dueAt: 1 }), { timeoutMs: 60_000, what: 'adding' });
    await eventually(() => done.length > 0, { timeoutMs: 60_000, what: 'the job' });
  });
});

describe('a job queue out of reach', () => {
  it.each<[string, (port: number) => QueueBackend]>([
    ['Postgres', (port) => ({ kind: 'postgres', url: `postgresql://nobody@127.0.0.1:${port}/none` })],
    ['Redis', (port) => ({ kind: 'redis', url: `redis://127.0.0.1:${port}` })],
  ])('on %s keeps nobody waiting, is logged once, and can be stopped', async (_name, backendOn) => {
    const lines: string[] = [];
    const log = createLogger({ name: 'test', destination: { write: (line) => void lines.push(line) } });
    const queue = createJobQueue({ backend: backendOn(await freePort()), log, random: () => 0.5 });
    queue.start();
    expect(await queue.add('message.expire', { dueAt: 1 })).toBe(false);
    await eventually(() => lines.length > 0, { timeoutMs: 60_000, what: 'the log line' });
    expect(queue.isReachable()).toBe(false);
    await queue.stop();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('not reachable');
  });
});

async function startPostgresStore(): Promise<TestStore> {
  const database = await createEmptyTestDatabase();
  const others = 'pid <> pg_backend_pid() AND datname = current_database()';
  const client = new Client({ connectionString: database.url });
  await client.connect();
  return {
    backend: { kind: 'postgres', url: database.url },
    async cutConnections() {
      await client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${others}`);
    },
    async connections() {
      const { rowCount } = await client.query(`SELECT 1 FROM pg_stat_activity WHERE ${others}`);
      return rowCount ?? 0;
    },
    async stop() {
      await client.end();
      await database.drop();
    },
  };
}

async function startRedisStore(): Promise<TestStore | null> {
  const redis = await startTestRedis();
  if (!redis) return null;
  const { Redis } = await import('ioredis');
  const client = new Redis(redis.url);
  return {
    backend: { kind: 'redis', url: redis.url },
    async cutConnections() {
      await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    },
    async connections() {
      const list = String(await client.client('LIST'));
      return list.trim().split('\n').length - 1;
    },
    async stop() {
      await client.quit();
      await redis.stop();
    },
  };
}
