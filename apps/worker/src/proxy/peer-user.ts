import { readFile } from 'node:fs/promises';

export interface LoopbackPeer {
  /** The peer's own port, and the one that it connected to; both of 127.0.0.1. */
  port: number;
  connectedTo: number;
}

/** The user whose process connected to us over loopback, as the kernel knows it; null when that can't be told. */
export async function peerUser(peer: LoopbackPeer): Promise<number | null> {
  const table = await readFile('/proc/net/tcp', 'latin1').catch(() => '');
  return findPeerUser(table, peer);
}

const established = '01';

/** @param table the kernel's list of IPv4 connections, in the format of proc_net_tcp(5) */
export function findPeerUser(table: string, { port, connectedTo }: LoopbackPeer): number | null {
  for (const line of table.split('\n').slice(1)) {
    const [, local, remote, state, , , , uid] = line.trim().split(/\s+/);
    if (local === loopback(port) && remote === loopback(connectedTo) && state === established)
      return Number(uid);
  }
  return null;
}

const loopback = (port: number) => `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
