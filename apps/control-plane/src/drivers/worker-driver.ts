import type { Reason, TenantId } from '@wafleet/contracts';

/**
 * What starts, ends and finds workers. At most one worker runs per tenant; the supervisor calls one verb per tenant
 * at a time. No verb keeps anything that a restarted control plane would miss: running workers are found again.
 *
 * Being unable to ask is `unknown`, never "not running": unknown triggers nothing.
 */
export interface WorkerDriver {
  readonly name: string;

  /**
   * Returns once the engine runs the worker; it may not have opened its link yet. Before it starts one, what is left
   * of an earlier worker is ended and the profile's lock is seen free. Repeating it for a generation that
   * runs returns that worker's handle.
   * @throws DriverError when nothing was started; the reason says who can mend it
   */
  start(spec: WorkerSpec): Promise<WorkerHandle>;

  /**
   * Asks the worker to end, waits up to `timeoutMs`, then kills. Returns once the whole process tree is proven dead;
   * at once when none runs.
   * @throws DriverError when something survived
   */
  stop(tenantId: TenantId, timeoutMs: number): Promise<void>;

  /** As stop, without asking. */
  kill(tenantId: TenantId): Promise<void>;

  /** What is known of the tenant's worker now. Never throws for a worker that does not answer. */
  inspect(tenantId: TenantId): Promise<Observation>;

  /** Tenants of which anything runs, whether a row knows them or not; for the sweep of what was never recorded. */
  list(): Promise<TenantId[]>;

  /** Moves the profile to the tenant's trash, so that the next start shows a new QR. No worker may run. Repeats do nothing. */
  setProfileAside(tenantId: TenantId): Promise<void>;

  /** Removes the tenant's temp folder and the profile's free lock; a start makes them anew. No worker may run. Repeats do nothing. */
  clearTemp(tenantId: TenantId): Promise<void>;

  /** Destroys everything the tenant has on this engine. No worker may run. Repeats do nothing. */
  remove(tenantId: TenantId): Promise<void>;

  /** Calls the listener when a worker may have ended; a hint to inspect, neither complete nor exact. */
  onEnd(listener: (tenantId: TenantId) => void): void;
}

/** Where an engine keeps tenants' files in reach of the control plane: what nobody needs any more is dropped there. */
export interface TenantStorage {
  /** Tenants that have files here, whether a row knows them or not. */
  list(): Promise<TenantId[]>;
  /** What was put into the tenant's trash; null: into that of whole tenants. */
  listTrash(tenantId: TenantId | null): Promise<{ name: string; changedAt: number }[]>;
  /** The tenant's worker may run. Repeats do nothing. */
  dropTrash(tenantId: TenantId | null, name: string): Promise<void>;
  /** Ends what runs of the tenant and moves all its files into the trash of whole tenants; says where they lie. */
  setAside(tenantId: TenantId): Promise<string>;
}

export interface WorkerSpec {
  tenantId: TenantId;
  generation: number;
  /** The worker's only credential. */
  token: string;
  /** The tenant's own system user, where the driver asks for one. */
  osUid: number | null;
  /** Its page may take over from another place, because a person chose this one. */
  takeOver: boolean;
  /** With its password; null: none. Only the tenant's own user may get to see it. */
  proxyUrl: string | null;
  /** The profile holds a login that survives a crash; without one it is damaged. */
  hasLogin: boolean;
}

/** What finds a running worker again; stored as it is, shape and version are the driver's. */
export interface WorkerHandle {
  version: number;
  [field: string]: string | number | boolean | null;
}

/**
 * - `running`: alive now
 * - `stopped`: it ran and is dead; the exit is known where somebody was there to see it
 * - `gone`: no trace of any start
 * - `unknown`: could not be found out
 */
export type Observation =
  | { state: 'running'; generation: number; handle: WorkerHandle }
  | { state: 'stopped'; generation: number; exit: WorkerEnd | null }
  | { state: 'gone' }
  | { state: 'unknown'; detail: string };

export interface WorkerEnd {
  code: number | null;
  signal: string | null;
}

/** A verb could not do its work; `message` is one sentence for an operator, free of secrets. */
export class DriverError extends Error {
  constructor(
    readonly reason: Reason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'DriverError';
  }
}
