import ipaddr from 'ipaddr.js';

/** An address as the network that holds it alone, a network as it is; null for what is neither. */
export function networkOf(text: string): string | null {
  if (isNetwork(text)) return text;
  if (!ipaddr.isValid(text)) return null;
  return `${text}/${ipaddr.parse(text).kind() === 'ipv4' ? 32 : 128}`;
}

export function isNetwork(text: string): boolean {
  return ipaddr.isValidCIDR(text);
}

/** An IPv4 address that came as IPv6 is what it stands for. What is no address is in no network. */
export function isInNetwork(address: string, network: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  const [base, bits] = ipaddr.parseCIDR(network);
  return base.kind() === parsed.kind() && parsed.match([base, bits] as never);
}

/** Every address of the first is one of the second. */
export function isNetworkIn(inner: string, outer: string): boolean {
  const [base, bits] = ipaddr.parseCIDR(inner);
  return bits >= ipaddr.parseCIDR(outer)[1] && isInNetwork(base.toString(), outer);
}
