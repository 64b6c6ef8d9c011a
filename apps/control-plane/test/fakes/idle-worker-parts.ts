import { AppError } from '@wafleet/contracts';
import type { WorkerDriver } from '../../src/drivers/worker-driver';
import type { WorkerLinks } from '../../src/worker-link/worker-links';

/** Links where no worker has one. */
export const noLinks: WorkerLinks = {
  current: () => null,
  command: () => Promise.reject(new AppError('NOT_RUNNING')),
};

/** A driver that has never started anything. */
export const emptyDriver: Pick<WorkerDriver, 'inspect' | 'setProfileAside'> = {
  inspect: async () => ({ state: 'gone' }),
  setProfileAside: async () => undefined,
};
