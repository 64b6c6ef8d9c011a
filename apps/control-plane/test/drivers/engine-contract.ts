import { describe, expect } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import { eventually } from '@wafleet/testing';
import { DriverError, type WorkerDriver, type WorkerSpec } from '../../src/drivers/worker-driver';
import { patienceMs } from '../fleet';
import type { DriverHarness } from './driver-contract';

/** What stands between a driver and its workers. They go on, whatever becomes of it. */
export interface LosableEngine {
  /** Whoever asks is refused. */
  kill(): Promise<void>;
  /** It is there, takes what is asked, and says nothing. */
  hang(): Promise<void>;
  /** It answers again, after either. Repeats do nothing. */
  revive(): Promise<void>;
}

interface Given {
  harness(): DriverHarness;
  specFor(): WorkerSpec;
  /** Until worker and browser are there. */
  running(tenantId: TenantId): Promise<unknown>;
}

type Test = (title: string, work: () => Promise<void>, timeoutMs?: number) => void;

const waiting = { timeoutMs: 2 * patienceMs };
const testMs = 240_000;

/** The part of the contract that is about an engine that does not answer. */
export function describeLostEngine(it: Test, { harness, specFor, running }: Given): void {
  const engine = () => harness().engine as LosableEngine;
  const refused = { reason: 'engine_unreachable' };

  async function withEngine(trouble: 'kill' | 'hang', work: () => Promise<void>): Promise<void> {
    await engine()[trouble]();
    try {
      await work();
    } finally {
      await engine().revive();
    }
  }

  const found = (driver: WorkerDriver, tenantId: TenantId) =>
    eventually(async () => (await driver.inspect(tenantId)).state === 'running', {
      ...waiting,
      what: 'the worker to be found',
    });

  describe('an engine', () => {
    it(
      'that is lost is no news of its workers, which go on and are found again',
      async () => {
        const driver = harness().driverFor('steady');
        const spec = specFor();
        const { tenantId } = spec;
        const handle = await driver.start(spec);
        await withEngine('kill', async () => {
          expect(await driver.inspect(tenantId)).toMatchObject({ state: 'unknown' });
          await expect(driver.list()).rejects.toMatchObject(refused);
          await expect(driver.hasBuild({ name: 'any', id: 'any' })).rejects.toMatchObject(refused);
          await expect(driver.start(specFor())).rejects.toMatchObject(refused);
          await expect(driver.stop(tenantId, 500)).rejects.toMatchObject(refused);
          await expect(driver.kill(tenantId)).rejects.toMatchObject(refused);
          await expect(driver.remove(tenantId)).rejects.toMatchObject(refused);
        });
        await found(driver, tenantId);
        expect(await driver.inspect(tenantId)).toEqual({ state: 'running', generation: 1, handle });
      },
      testMs,
    );

    it(
      'that hangs is given up in time, and costs nobody anything',
      async () => {
        const driver = harness().impatientDriver();
        const spec = specFor();
        const handle = await harness().driverFor('steady').start(spec);
        await withEngine('hang', async () => {
          const asked = [spec, specFor(), specFor()].map(({ tenantId }) => driver.inspect(tenantId));
          for (const answer of await Promise.all(asked)) expect(answer).toMatchObject({ state: 'unknown' });
          await expect(driver.list()).rejects.toMatchObject(refused);
          await expect(driver.start(specFor())).rejects.toMatchObject(refused);
        });
        await found(driver, spec.tenantId);
        expect(await driver.inspect(spec.tenantId)).toEqual({ state: 'running', generation: 1, handle });
      },
      testMs,
    );

    it(
      'that hangs in the middle of a start leaves one worker at most, which the next start finds',
      async () => {
        const spec = specFor();
        const starting = harness()
          .impatientDriver()
          .start(spec)
          .catch((error: unknown) => error);
        await withEngine('hang', async () => {
          const outcome = await starting;
          if (outcome instanceof Error) expect(outcome).toMatchObject(refused);
        });
        const next = harness().driverFor('steady');
        const handle = await eventually(() => next.start(spec), { ...waiting, what: 'the start' });
        expect(await next.inspect(spec.tenantId)).toEqual({ state: 'running', generation: 1, handle });
        await running(spec.tenantId);
        expect(await harness().countProcesses(spec.tenantId)).toBe(2);
      },
      testMs,
    );

    it(
      'that comes back tells of ends again',
      async () => {
        const driver = harness().driverFor('steady');
        const told: TenantId[] = [];
        const watch = driver.watch((tenantId) => told.push(tenantId));
        try {
          await withEngine('kill', async () => {
            await expect(driver.list()).rejects.toThrow(DriverError);
          });
          await eventually(
            async () => {
              const spec = specFor();
              await driver.start(spec);
              await driver.kill(spec.tenantId);
              return told.includes(spec.tenantId);
            },
            { ...waiting, what: 'news of an end' },
          );
        } finally {
          await watch.stop();
        }
      },
      testMs,
    );
  });
}
