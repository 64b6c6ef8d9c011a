import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { isInNetwork } from './networks';

/** Addresses that are not public and may be reached all the same, as `10.1.0.0/16` or `fd00::/8`. */
export type AllowedNetworks = readonly string[];

/**
 * Whether we may connect to this address at somebody's wish. Only public unicast addresses, so that nobody reaches
 * this machine, its network or a cloud's metadata through us; what only looks like one (mapped, translated, tunnelled)
 * is judged by what it stands for, or refused.
 */
export function mayConnectTo(address: string, allowed: AllowedNetworks): boolean {
  let parsed;
  try {
    parsed = ipaddr.process(address);
  } catch {
    return false;
  }
  if (parsed.range() === 'unicast') return true;
  return allowed.some((network) => isInNetwork(address, network));
}

/** Why nothing may be sent to this address, as far as it can be told without looking up its name; null where it may. */
export function addressProblem(
  url: URL,
  { allowHttp, allowed }: { allowHttp: boolean; allowed: AllowedNetworks },
): string | null {
  if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:')) return 'must be https';
  if (url.username !== '' || url.password !== '') return 'must hold no user name';
  const host = hostOf(url);
  return isIP(host) !== 0 && !mayConnectTo(host, allowed) ? 'must be a public address' : null;
}

/** The name or the address, without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}
