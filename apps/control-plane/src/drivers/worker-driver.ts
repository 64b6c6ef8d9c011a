import type { Reason, TenantId, TenantLimits, WorkerBuild, WorkerSettings } from '@wafleet/contracts';

/**
 * What starts, ends and finds workers. At most one worker runs per tenant; the supervisor calls one verb per tenant
 * at a time. No verb keeps anything that a restarted control plane would miss: running workers are found again.
 *
 * Being unable to ask is `unknown`, never "not running": unknown triggers nothing. README.md in this folder says more.
 */
export interface WorkerDriver {
  readonly name: string;
  /** It holds workers to their limits, from their start on; else only supervision knows of them. */
  readonly limits: boolean;

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

  /**
   * The build of the worker that goes by this name; null: the one that is configured, as it is now.
   * @throws DriverError image_missing where there is none, engine_unreachable where nobody can tell
   */
  findBuild(version: string | null): Promise<WorkerBuild>;

  /** Whether workers of exactly this build can still be started. @throws DriverError where nobody can tell */
  hasBuild(build: WorkerBuild): Promise<boolean>;

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

  /** From now on calls `onEnd` when a worker may have ended; a hint to inspect, neither complete nor exact. */
  watch(onEnd: (tenantId: TenantId) => void): Watch;
}

export interface Watch {
  /** Resolves when nothing is called any more. The driver's verbs go on working. */
  stop(): Promise<void>;
}

/** Where an engine keeps tenants' files in reach of the control plane: what nobody needs any more is dropped there. */
export interface TenantStorage {
  /** Tenants that have files here, whether a row knows them or not. */
  list(): Promise<TenantId[]>;
  /** What was put into the tenant's trash; null: into that of whole tenants. */
  listTrash(tenantId: TenantId | null): Promise<{ name: string; changedAt: number }[]>;
  /** What all its files take on the disk; null where that can't be told, or not in time. */
  bytesOf(tenantId: TenantId): Promise<number | null>;
  /** The tenant's worker may run. Repeats do nothing. */
  dropTrash(tenantId: TenantId | null, name: string): Promise<void>;
  /** Ends what runs of the tenant and moves all its files into the trash of whole tenants; says where they lie. */
  setAside(tenantId: TenantId): Promise<string>;
}

/** Settings that all workers are told alike. */
export type SharedSettings = Omit<
  WorkerSettings,
  | 'tenantId'
  | 'generation'
  | 'token'
  | 'linkUrl'
  | 'tenantDir'
  | 'takeOver'
  | 'hasLogin'
  | 'hasOwnGroup'
  | 'proxyUrl'
>;

export interface WorkerSpec {
  tenantId: TenantId;
  generation: number;
  /** What it is started from; null: what is configured. */
  build: WorkerBuild | null;
  /** The tenant's own; null: as the installation says. */
  limits: TenantLimits | null;
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
  /** The engine says that the kernel ended it, because it went beyond the memory that it may use. */
  outOfMemory?: boolean;
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
