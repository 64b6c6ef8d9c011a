import type { KeptControlPlane } from '../stack/control-plane';
import { startStack, type Stack } from '../stack/stack';
import { type LinkedTenant, linkTenants } from '../faults/linked-tenants';
import { endAll } from '../end-all';
import { startTestPostgres } from '../services/test-postgres';
import { startTestRedis } from '../services/test-redis';
import type { TestService } from '../services/test-service';

/** Several tenants on a stack of which every part may be broken: its database and its queue are its own. */
export interface Fleet {
  readonly stack: Stack;
  readonly controlPlane: KeptControlPlane;
  readonly tenants: readonly LinkedTenant[];
  readonly database: TestService;
  /** Null where this machine has no Redis: then the queue is in Postgres too. */
  readonly queue: TestService | null;
  /** @throws Error when something of it is left */
  stop(): Promise<void>;
}

/** Resolves when every tenant is green and its link would survive a crash. */
export async function startFleet(options: {
  numbers: readonly string[];
  /** Commits are on disk when they return, as in production. */
  isDurable?: boolean;
  env?: Record<string, string>;
}): Promise<Fleet> {
  const ends: (() => Promise<void>)[] = [];
  const stop = () => endAll(ends.splice(0).reverse());
  try {
    const database = await startTestPostgres({ isDurable: options.isDurable ?? false });
    ends.push(database.stop);
    const queue = await startTestRedis();
    if (queue) ends.push(queue.stop);
    const stack = await startStack({
      databaseUrl: database.url,
      ...(queue ? { redisUrl: queue.url } : {}),
      ...(options.env ? { env: options.env } : {}),
    });
    ends.push(stack.stop);
    const controlPlane = await stack.keepControlPlane();
    const tenants = await linkTenants(stack, controlPlane, options.numbers);
    return { stack, controlPlane, tenants, database, queue, stop };
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
}
