import { randomBytes } from 'node:crypto';
import type { TenantId } from '@wafleet/contracts';
import type { Transaction, WebhookEndpoint } from '@wafleet/db';
import type { Vault } from '../secrets/vault';

/** What signs deliveries, as Standard Webhooks writes it: `whsec_` and base64. */
export interface NewSecret {
  secret: string;
  sealed: Uint8Array<ArrayBuffer>;
}

const secretBytes = 32;

/** A secret that nobody has yet, sealed for the row of its endpoint. */
export async function createSecret(
  tx: Transaction,
  vault: Pick<Vault, 'seal'>,
  tenantId: TenantId,
  endpointId: string,
): Promise<NewSecret> {
  const secret = `whsec_${randomBytes(secretBytes).toString('base64')}`;
  return { secret, sealed: await vault.seal(tx, tenantId, purposeOf(endpointId), Buffer.from(secret)) };
}

/** The secrets that sign for this endpoint now, the newest first. */
export async function openSecrets(
  vault: Pick<Vault, 'open'>,
  endpoint: Pick<WebhookEndpoint, 'id' | 'tenantId' | 'secretSealed' | 'previousSealed' | 'previousUntil'>,
  now: Date,
): Promise<string[]> {
  const { previousSealed, previousUntil } = endpoint;
  const hasPrevious = previousSealed !== null && previousUntil !== null && previousUntil > now;
  const sealed = hasPrevious ? [endpoint.secretSealed, previousSealed] : [endpoint.secretSealed];
  const opened = sealed.map((one) => vault.open(endpoint.tenantId as TenantId, purposeOf(endpoint.id), one));
  return (await Promise.all(opened)).map(String);
}

function purposeOf(endpointId: string): string {
  return `webhook ${endpointId}`;
}
