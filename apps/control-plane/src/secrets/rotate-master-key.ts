import type { Database } from '@wafleet/db';
import { ConfigError } from '@wafleet/runtime';
import type { MasterKey } from './master-key';
import { open, seal } from './sealed-box';

/** A wrapped key that is copied to another tenant's row opens nothing. */
export function keyPurpose(tenantId: string): string {
  return `key of ${tenantId}`;
}

const timeoutMs = 60_000;

/**
 * Encrypts every tenant's key with another master key, all of them or none; what they encrypt stays as it is. Repeats
 * change nothing. @throws ConfigError where one of them does not open
 */
export async function rotateMasterKey(db: Database, from: MasterKey, to: MasterKey): Promise<void> {
  await db.$transaction(
    async (tx) => {
      const rows = await tx.$queryRaw<{ tenantId: string; wrappedKey: Uint8Array }[]>`
        SELECT tenant_id AS "tenantId", wrapped_key AS "wrappedKey" FROM tenant_keys
        WHERE master_key_id = ${from.id} ORDER BY tenant_id FOR UPDATE`;
      for (const { tenantId, wrappedKey } of rows) {
        const key = open(from.key, wrappedKey, keyPurpose(tenantId));
        if (key === null)
          throw new ConfigError(
            `The key of ${tenantId} does not open with the former master key; nothing was changed.`,
          );
        const data = { wrappedKey: seal(to.key, key, keyPurpose(tenantId)), masterKeyId: to.id };
        await tx.tenantKey.update({ where: { tenantId }, data });
      }
    },
    { timeout: timeoutMs },
  );
}
