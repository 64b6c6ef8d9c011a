import { linkPath } from '@wafleet/contracts';

/** Where workers of this machine find us; a listener on all addresses is reached over loopback. */
export function linkUrl({ host, port }: { host: string; port: number }): string {
  const isAny = host === '0.0.0.0' || host === '::';
  const name = isAny ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `ws://${name}:${port}${linkPath}`;
}
