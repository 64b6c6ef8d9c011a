import type { Account, Capability, Reason } from '@wafleet/contracts';
import type { PageVerbs } from './page/verbs/page-verbs';
import type { PageMessage, WhatsappChats } from './whatsapp-chats';

/**
 * Our port to WhatsApp Web: one attempt with one browser. A client is opened once and ended once; the next attempt is
 * a new client. Nothing behind it knows of sessions, and nothing before it knows of the library.
 */
export interface WhatsappClient {
  /**
   * Starts browser and page. Repeats do nothing. All that happens is told by events; failures too, so this never
   * throws.
   */
  open(): void;
  /**
   * Ends the browser; after the call no event comes any more. Repeats wait for the same end.
   * @param options.ask let the browser close its profile in order first; a hung one is killed at once
   * @throws BrowserSurvivedError when a process of it can't be proven gone
   */
  end(options: { ask: boolean }): Promise<void>;
  /** What keeps the browser from fetching anything from WhatsApp, or null; a browser that does not answer can't either. */
  networkTrouble(): Promise<NetworkTrouble | null>;
  /** Tells the page's socket to connect anew. Failures are left to the probes. */
  nudgeSocket(): Promise<void>;
  /** Makes this page the place where WhatsApp is open. Failures are left to the deadlines. */
  takeOver(): Promise<void>;
  /** The code to type on that phone. @throws PageError */
  requestPairingCode(phoneNumber: string): Promise<string>;
  /** Unlinks this device at WhatsApp. @throws PageError */
  logout(): Promise<void>;
  /** Its chats and messages, while it is signed in. */
  readonly chats: WhatsappChats;
  /** What else can be asked and done in it, as far as the page can. */
  readonly verbs: Pick<PageVerbs, 'read' | 'act'>;
  /**
   * A look at the page, for the record of a trouble. Takes a second at most, and an end that is asked for meanwhile
   * waits for it.
   */
  takePicture(timeoutMs?: number): Promise<Picture>;
  /** Processes of the browser, for measuring; empty while there is none. */
  processIds(): number[];
  /** Our own account as the page knows it. */
  readonly account: Account | null;
}

export type ClientEvent =
  | { kind: 'browser_started'; version: string }
  | { kind: 'page_loaded'; version: string }
  /** A code that can be scanned; each one once. */
  | { kind: 'qr'; raw: string }
  /** WhatsApp replaced the code that requestPairingCode() gave. */
  | { kind: 'pairing_code_renewed'; code: string }
  /** The page has credentials and signs in with them: just scanned, or kept from before. */
  | { kind: 'authenticating' }
  | { kind: 'syncing'; percent: number | null }
  /** Something in the page asked for a module that it does not have; whether that matters shows in what comes next. */
  | { kind: 'module_missing'; name: string }
  /** The self-test passed. May come again after a reload of the page. */
  | { kind: 'ready'; account: Account; degraded?: readonly Capability[] }
  /** The self-test failed; what works goes on. */
  | { kind: 'incompatible'; account: Account | null; missing: string[]; degraded?: readonly Capability[] }
  | { kind: 'probe'; probe: Probe }
  /** The page's socket to WhatsApp, after it had been up once. */
  | { kind: 'socket'; isUp: boolean }
  | { kind: 'failed'; reason: Reason; detail: string | null }
  | { kind: 'logged_out'; reason: 'phone_logged_out' | 'unpaired' }
  | { kind: 'message'; message: PageMessage }
  | { kind: 'ack'; message: PageMessage; ack: number }
  /** Something became of a message; the record holds at least its key, and what says what. */
  | { kind: 'update'; message: PageMessage };

/** A small JPEG as base64, or why there is none. */
export type Picture = { jpeg: string } | { none: string };

/** Where the way to WhatsApp ends. */
export interface NetworkTrouble {
  reason: Extract<Reason, 'whatsapp_unreachable' | 'proxy_unreachable'>;
  detail: string | null;
}

export interface Probe {
  ok: boolean;
  /** When it was answered or given up. */
  at: number;
  latencyMs: number;
  /** Misses in a row; 0 after a success. */
  missed: number;
}

/** Processes of a browser outlived SIGKILL, or could not be looked at: no other browser may use the profile. */
export class BrowserSurvivedError extends Error {
  constructor(readonly processIds: number[]) {
    super(`${processIds.length} processes of the browser could not be ended`);
    this.name = 'BrowserSurvivedError';
  }
}
