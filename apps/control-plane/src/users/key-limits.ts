import type { FieldError, KeyScope } from '@wafleet/contracts';
import { isInNetwork, isNetworkIn } from '../egress/networks';

/** What bounds a tenant's key. */
export interface KeyLimits {
  scopes: readonly KeyScope[];
  /** Networks that it may be used from; from anywhere when empty. */
  addresses: readonly string[];
  /** Null: never. */
  expiresAt: Date | null;
}

/** @param address of the caller; null where it is not known, which no range holds */
export function mayCallFrom({ addresses }: Pick<KeyLimits, 'addresses'>, address: string | null): boolean {
  if (addresses.length === 0) return true;
  return address !== null && addresses.some((network) => isInNetwork(address, network));
}

/**
 * What of the wanted key goes beyond the key that asks for it: whoever holds one can't make a stronger one, or one that
 * outlives it.
 */
export function beyond(maker: KeyLimits, wanted: KeyLimits): FieldError[] {
  const errors: FieldError[] = [];
  const further = wanted.scopes.filter((scope) => !maker.scopes.includes(scope));
  if (further.length > 0) {
    errors.push({
      field: 'scopes',
      message: `must be among those of the key that asks, not ${further.join(', ')}`,
    });
  }
  if (maker.expiresAt && (!wanted.expiresAt || wanted.expiresAt > maker.expiresAt)) {
    errors.push({
      field: 'expiresAt',
      message: `must be no later than that of the key that asks, ${maker.expiresAt.toISOString()}`,
    });
  }
  const isWithin = (network: string) => maker.addresses.some((own) => isNetworkIn(network, own));
  if (maker.addresses.length > 0 && (wanted.addresses.length === 0 || !wanted.addresses.every(isWithin))) {
    errors.push({ field: 'addresses', message: 'must lie within those of the key that asks' });
  }
  return errors;
}
