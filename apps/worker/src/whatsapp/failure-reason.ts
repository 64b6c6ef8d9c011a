import type { Reason } from '@wafleet/contracts';
import { scrub } from '@wafleet/runtime';

export interface Failure {
  reason: Reason;
  detail: string;
}

/**
 * Why opening the page failed, from what the library or the browser threw; the library throws strings as well.
 * The patterns are of whatsapp-web.js 1.34.7, puppeteer 24 and Chromium's net errors.
 */
const patterns: [RegExp, Reason][] = [
  [/ERR_PROXY_|ERR_TUNNEL_|ERR_SOCKS_/, 'proxy_unreachable'],
  [/net::ERR_/, 'whatsapp_unreachable'],
  [/Requiring unknown module/, 'page_incompatible'],
  [/Internal error opening backing store/, 'profile_corrupt'],
  [/Code: 21\b|already running for/, 'profile_locked'],
  [/without --no-sandbox|No usable sandbox|EACCES|EPERM/, 'permission_denied'],
  [/ENOENT/, 'browser_missing'],
  [/ENOSPC/, 'disk_full'],
  [/Timed out after \d+ ms while waiting for the WS endpoint|waiting for target/i, 'launch_timeout'],
  [/Failed to launch the browser process/, 'browser_crashed'],
  [/Target closed|Session closed|detached Frame|Connection closed|Page crashed/i, 'renderer_crashed'],
  [/^ready timeout$/, 'ready_timeout'],
];

export function failureOf(error: unknown): Failure {
  const text = error instanceof Error ? error.message : String(error);
  const reason = patterns.find(([pattern]) => pattern.test(text))?.[1] ?? 'page_timeout';
  return { reason, detail: scrub(text.trim(), 300) };
}

/** The module that the page was asked for and does not have, or null when the error is another one. */
export function missingModuleOf(error: unknown): string | null {
  return /Requiring unknown module "?(\w+)/.exec(String(error))?.[1] ?? null;
}
