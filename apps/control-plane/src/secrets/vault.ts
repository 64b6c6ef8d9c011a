import { randomBytes } from 'node:crypto';
import type { TenantId } from '@wafleet/contracts';
import type { Database, Transaction } from '@wafleet/db';
import type { MasterKey } from './master-key';
import { keyBytes, open, seal } from './sealed-box';

/**
 * Encrypts what is kept of a tenant, with a key of the tenant's own. The key goes with the tenant's row, so that an erased
 * tenant's data can't be read any more, wherever a copy of it still lies.
 */
export interface Vault {
  /**
   * @param tx the transaction that stores the outcome; the tenant's key is made in it where there is none yet
   * @param purpose what it is, such as `screenshot inc_1`: the same words are needed to open it
   */
  seal(
    tx: Transaction,
    tenantId: TenantId,
    purpose: string,
    plain: Uint8Array,
  ): Promise<Uint8Array<ArrayBuffer>>;
  /** @throws Error when it was not sealed here, for this tenant and purpose, or was changed since */
  open(tenantId: TenantId, purpose: string, sealed: Uint8Array): Promise<Buffer>;
}

export function createVault({ db, masterKey }: { db: Database; masterKey: MasterKey }): Vault {
  return {
    async seal(tx, tenantId, purpose, plain) {
      const key = (await readKey(tx, tenantId)) ?? (await createKey(tx, tenantId));
      return seal(key, plain, purpose);
    },

    async open(tenantId, purpose, sealed) {
      const key = await readKey(db, tenantId);
      const plain = key === null ? null : open(key, sealed, purpose);
      if (plain === null) throw new Error('sealed data can not be opened');
      return plain;
    },
  };

  async function readKey(client: Pick<Transaction, 'tenantKey'>, tenantId: TenantId): Promise<Buffer | null> {
    const row = await client.tenantKey.findUnique({ where: { tenantId } });
    if (row === null) return null;
    const key = open(masterKey.key, row.wrappedKey, keyPurpose(tenantId));
    if (key === null) throw new Error('the key of a tenant can not be opened with the master key');
    return key;
  }

  /** The first key stays, should two be made at once. */
  async function createKey(tx: Transaction, tenantId: TenantId): Promise<Buffer> {
    const wrappedKey = seal(masterKey.key, randomBytes(keyBytes), keyPurpose(tenantId));
    await tx.tenantKey.createMany({
      data: { tenantId, wrappedKey, masterKeyId: masterKey.id },
      skipDuplicates: true,
    });
    const key = await readKey(tx, tenantId);
    if (key === null) throw new Error('the key of a tenant could not be stored');
    return key;
  }
}

/** A wrapped key that is copied to another tenant's row opens nothing. */
function keyPurpose(tenantId: TenantId): string {
  return `key of ${tenantId}`;
}
