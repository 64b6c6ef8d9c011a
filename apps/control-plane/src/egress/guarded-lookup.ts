import { lookup as resolveName } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { mayConnectTo, type AllowedNetworks } from './public-address';

/** A name stands for an address that we may not connect to at somebody's wish. */
export class AddressRefusedError extends Error {
  constructor() {
    super('the address is not public');
    this.name = 'AddressRefusedError';
  }
}

/** How names are looked up; every look-up asks for all addresses. */
export type ResolveAll = (
  hostname: string,
  options: { all: true; family?: number | 'IPv4' | 'IPv6' | undefined; hints?: number | undefined },
  done: (error: Error | null, addresses: { address: string; family: number }[]) => void,
) => void;

/**
 * For sockets: judges a name's addresses as it is connected to, so that a name can't stand for one address when it is
 * looked at and for another when it is used. Every address of the name must be allowed: which of them is used is not
 * ours to choose. Node looks up names only, so an address itself is judged before.
 */
export function guardedLookup(allowed: AllowedNetworks, resolve: ResolveAll = resolveName): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { family: options.family, hints: options.hints, all: true }, (error, addresses) => {
      if (error) return done(error, '');
      if (addresses.length === 0 || !addresses.every(({ address }) => mayConnectTo(address, allowed)))
        return done(new AddressRefusedError(), '');
      const [first] = addresses;
      if (options.all) return done(null, addresses);
      return done(null, first?.address ?? '', first?.family);
    });
  };
}
