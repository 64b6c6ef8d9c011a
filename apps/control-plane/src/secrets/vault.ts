import { randomBytes } from 'node:crypto';
import type { Transform } from 'node:stream';
import type { TenantId } from '@wafleet/contracts';
import type { Database, Transaction } from '@wafleet/db';
import type { MasterKey } from './master-key';
import { keyPurpose } from './rotate-master-key';
import { keyBytes, open, seal } from './sealed-box';
import { openingStream, sealingStream } from './sealed-stream';

type Keys = Pick<Transaction, 'tenantKey'>;

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
  /** What passes through it is sealed; for what is too large for memory. */
  sealing(tenantId: TenantId, purpose: string): Promise<Transform>;
  /**
   * The way back; it fails with SealBrokenError at its end, or before.
   * @throws Error when the tenant has no key, or one that this master key does not open
   */
  opening(tenantId: TenantId, purpose: string): Promise<Transform>;
  /** A key of the same kind for a tenant that has no row yet. */
  forNewcomer(): NewcomerVault;
}

/** Seals before the tenant has a row; without `keep`, what was sealed can be read by nobody. */
export interface NewcomerVault extends Pick<Vault, 'sealing' | 'opening'> {
  /** In the transaction that makes the tenant's row. */
  keep(tx: Transaction, tenantId: TenantId): Promise<void>;
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

    async sealing(tenantId, purpose) {
      return sealingStream((await readKey(db, tenantId)) ?? (await createKey(db, tenantId)), purpose);
    },

    async opening(tenantId, purpose) {
      const key = await readKey(db, tenantId);
      if (key === null) throw new Error('the tenant has no key that could open what was sealed with it');
      return openingStream(key, purpose);
    },

    forNewcomer() {
      const key = randomBytes(keyBytes);
      return {
        sealing: async (_tenantId, purpose) => sealingStream(key, purpose),
        opening: async (_tenantId, purpose) => openingStream(key, purpose),
        keep: (tx, tenantId) => insertKey(tx, tenantId, key),
      };
    },
  };

  async function readKey(client: Keys, tenantId: TenantId): Promise<Buffer | null> {
    const row = await client.tenantKey.findUnique({ where: { tenantId } });
    if (row === null) return null;
    const key = open(masterKey.key, row.wrappedKey, keyPurpose(tenantId));
    if (key === null) throw new Error('the key of a tenant can not be opened with the master key');
    return key;
  }

  /** The first key stays, should two be made at once. */
  async function createKey(tx: Keys, tenantId: TenantId): Promise<Buffer> {
    await insertKey(tx, tenantId, randomBytes(keyBytes));
    const key = await readKey(tx, tenantId);
    if (key === null) throw new Error('the key of a tenant could not be stored');
    return key;
  }

  async function insertKey(tx: Keys, tenantId: TenantId, key: Uint8Array): Promise<void> {
    const wrappedKey = seal(masterKey.key, key, keyPurpose(tenantId));
    await tx.tenantKey.createMany({
      data: { tenantId, wrappedKey, masterKeyId: masterKey.id },
      skipDuplicates: true,
    });
  }
}
