import { hkdfSync } from 'node:crypto';
import type { MasterKey } from './master-key';

/** A secret for one purpose that needs no keeping of its own: it follows from the master key, and says nothing about it. */
export function derivedSecret({ key }: MasterKey, purpose: string): string {
  return Buffer.from(hkdfSync('sha256', key, '', `wafleet ${purpose}`, 32)).toString('base64url');
}
