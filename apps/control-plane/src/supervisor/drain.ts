import type { Database } from '@wafleet/db';

/** That no worker runs, whatever is wanted of the tenants: for a machine that is to be serviced. It outlives every restart. */
export interface Drain {
  read(): Promise<DrainOrder | null>;
  /** Workers end within a sweep, and none starts. Repeats change nothing. */
  begin(by: string): Promise<void>;
  /** What is wanted runs again, as places to boot in allow. Repeats change nothing. */
  end(): Promise<void>;
}

export interface DrainOrder {
  since: Date;
  by: string;
}

export function createDrain({ db, now }: { db: Pick<Database, 'instance'>; now: () => Date }): Drain {
  return {
    async read() {
      const row = await db.instance.findFirst({ select: { drainedAt: true, drainedBy: true } });
      return row?.drainedAt == null ? null : { since: row.drainedAt, by: row.drainedBy ?? '' };
    },
    async begin(by) {
      await db.instance.updateMany({
        where: { drainedAt: null },
        data: { drainedAt: now(), drainedBy: by },
      });
    },
    async end() {
      await db.instance.updateMany({
        where: { drainedAt: { not: null } },
        data: { drainedAt: null, drainedBy: null, resumedAt: now() },
      });
    },
  };
}
