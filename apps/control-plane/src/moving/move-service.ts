import type { Readable } from 'node:stream';
import type { TenantId } from '@wafleet/contracts';
import type { Actor } from '../tenants/changes/request-run';
import { moveIn, type MoveInDeps } from './move-in';
import { moveOut, type MoveOutDeps, openMoveArchive, takeBack } from './move-out';

/** The two ends of a move between installations; what each promises is said at its own function. */
export interface MoveService {
  moveOut(tenantId: TenantId, snapshotId: string, by: Actor): Promise<void>;
  /** @param key base64url */
  openArchive(tenantId: TenantId, key: string): Promise<Readable>;
  takeBack(tenantId: TenantId, by: Actor): Promise<void>;
  moveIn(tenantId: TenantId, key: string, bytes: AsyncIterable<Uint8Array>, by: Actor): Promise<void>;
}

export function createMoveService(deps: MoveOutDeps & MoveInDeps): MoveService {
  const bytesOf = (key: string) => Buffer.from(key, 'base64url');
  return {
    moveOut: (tenantId, snapshotId, by) => moveOut(deps, tenantId, snapshotId, by),
    openArchive: (tenantId, key) => openMoveArchive(deps, tenantId, bytesOf(key)),
    takeBack: (tenantId, by) => takeBack(deps, tenantId, by),
    moveIn: (tenantId, key, bytes, by) => moveIn(deps, tenantId, bytesOf(key), bytes, by),
  };
}
