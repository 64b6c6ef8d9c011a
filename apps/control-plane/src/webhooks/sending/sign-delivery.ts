import { Webhook } from 'standardwebhooks';
import type { Vault } from '../../secrets/vault';
import { openSecrets } from '../endpoint-secrets';
import type { TargetEndpoint } from './waiting-deliveries';

/** The headers of one attempt, as Standard Webhooks says; signed with every secret that is valid now. */
export type SignDelivery = (
  endpoint: TargetEndpoint,
  delivery: { id: string; body: string },
) => Promise<Record<string, string>>;

/** Remembers what it opened for one endpoint, until its secrets change or one of them is no longer valid. */
export function createSigner({ vault, now }: { vault: Pick<Vault, 'open'>; now: () => Date }): SignDelivery {
  let known: { of: string; signers: Webhook[] } | null = null;

  return async (endpoint, { id, body }) => {
    const at = now();
    const { secretSealed, previousSealed, previousUntil } = endpoint;
    const hasPrevious = previousUntil !== null && previousUntil > at;
    const of = JSON.stringify([
      Buffer.from(secretSealed).toString('base64'),
      hasPrevious && previousSealed !== null && Buffer.from(previousSealed).toString('base64'),
    ]);
    if (known?.of !== of) {
      const secrets = await openSecrets(vault, endpoint, at);
      known = { of, signers: secrets.map((secret) => new Webhook(secret)) };
    }
    return {
      'content-type': 'application/json',
      'user-agent': 'Wafleet',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': known.signers.map((signer) => signer.sign(id, at, body)).join(' '),
    };
  };
}
