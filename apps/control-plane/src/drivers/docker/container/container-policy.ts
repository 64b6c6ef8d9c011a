import { z } from 'zod';

const megabyte = 1024 * 1024;
const count = (least: number, most: number, value: number) =>
  z.number().int().min(least).max(most).default(value);

/** How worker containers are made: WORKER_CONTAINER, as JSON. */
export const containerPolicySchema = z.object({
  /**
   * A container may use so much memory, and no swap beside it; what goes beyond is ended by the kernel, in this container
   * alone. More than `memory.limitBytes` of SUPERVISION, which replaces a worker before the kernel has to.
   */
  memoryBytes: count(128 * megabyte, 64 * 1024 * megabyte, 1_280 * megabyte),
  /** Processors that it may use; a boot wants one whole. */
  cpus: z.number().min(0.1).max(64).default(1),
  /** Processes and threads together; a linked page has about 90. */
  pids: count(50, 10_000, 400),
  /** Of /dev/shm, where Chromium shares pictures between its processes; counts as the container's memory. */
  sharedMemoryBytes: count(megabyte, 4 * 1024 * megabyte, 128 * megabyte),
  /** Of its standard output and error, in each of two files. */
  logBytes: count(64 * 1024, 1024 * megabyte, 2 * megabyte),
  /** The network of the workers; made when it is not there. */
  network: z
    .string()
    .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/, 'must be a name of letters, digits and _ . -')
    .default('wafleet-workers'),
  /** Of a network that we make: the bridge's name on the machine, and a private range that nothing else here uses. */
  bridge: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,14}$/, 'must be a name of 2 to 15 small letters and digits')
    .default('wafleet0'),
  subnet: z.cidrv4({ error: 'must be an IPv4 network as 10.213.0.0/16' }).default('10.213.0.0/16'),
});

export type ContainerPolicy = z.output<typeof containerPolicySchema>;
