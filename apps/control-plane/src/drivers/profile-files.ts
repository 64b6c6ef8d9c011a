import type { Readable } from 'node:stream';
import type { TenantId } from '@wafleet/contracts';

/**
 * The tenants' profiles as files within reach: what an engine can do for snapshots, where it can. The caller sees to it
 * that no other verb of the tenant's driver runs meanwhile.
 */
export interface ProfileFiles {
  /**
   * Copies what a session needs of the profile to the side, without caches, in place of an earlier copy. A browser that
   * runs stands still meanwhile, no longer than `maxFrozenMs`; it goes on whatever becomes of the caller.
   * @throws ProfileFilesError where the copy could not be made
   */
  copyAside(owner: ProfileOwner, options: { maxFrozenMs: number; maxCopyMs: number }): Promise<CopyOutcome>;

  /** Ends the standstill that an earlier process left behind as it ended. Repeats do nothing. */
  thaw(): Promise<void>;

  /** Whether a copy lies at the side, as after a crash of the caller. */
  hasCopy(tenantId: TenantId): Promise<boolean>;

  /** The copy as a tar. It fails where the copy can't be read. */
  readCopy(owner: ProfileOwner): Readable;

  /** Repeats do nothing. */
  dropCopy(tenantId: TenantId): Promise<void>;

  /**
   * Puts a profile in place of the present one, which goes to the trash, marked as damaged where it is. Nothing is moved
   * unless the tar has come whole; its end may fail. No worker may run.
   * @throws what the tar fails with, or ProfileFilesError
   */
  replace(owner: ProfileOwner, tar: Readable): Promise<void>;
}

export interface ProfileOwner {
  tenantId: TenantId;
  /** The tenant's own system user; null where all share ours. */
  osUid: number | null;
}

export type CopyOutcome =
  /** `frozenMs`: how long the browser stood still; null where none ran. */
  | { kind: 'copied'; frozenMs: number | null }
  /** It would have stood still for too long. */
  | { kind: 'too_slow' }
  /** A worker runs whose browser can't be made to stand still now. */
  | { kind: 'not_while_running' }
  /** There is no profile. */
  | { kind: 'nothing' };

/** How an engine makes all of a tenant's worker stand still, where signals from here reach nothing of it. */
export interface Standstill {
  /** False where it does not come to that. */
  begin(tenantId: TenantId): Promise<boolean>;
  /** Repeats do nothing. @throws DriverError while the engine does not answer */
  end(tenantId: TenantId): Promise<void>;
}

/** One sentence for an operator. */
export class ProfileFilesError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ProfileFilesError';
  }
}
