import { AppError } from '@wafleet/contracts';
import type { WorkerLinks } from '../../src/worker-link/worker-links';

/** Links where no worker has one. */
export const noLinks: WorkerLinks = {
  current: () => null,
  command: () => Promise.reject(new AppError('NOT_RUNNING')),
};
