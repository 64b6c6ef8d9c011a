import type { PageGlobals } from './page-modules';

/**
 * Functions that run inside the page: each is sent there as its own source text, so none may use anything from
 * outside itself. They use the page directly where the library has no call, or one that does too much.
 */

export interface PageStatus {
  state: string | null;
  stream: string | null;
  hasSynced: boolean;
  /** The library's helpers are in place; without them nothing can be received or sent. */
  hasLibrary: boolean;
  /** A dialog lies over the page. */
  hasDialog: boolean;
  version: string | null;
}

/** Never throws: a page that is still loading has no state. */
export function readPageStatus(): PageStatus {
  const page = globalThis as unknown as PageGlobals;
  const version = page.Debug?.VERSION ?? null;
  const hasLibrary = page.WWebJS !== undefined;
  const hasDialog = page.document?.querySelector('[role="dialog"]') != null;
  try {
    const socket = page.require?.('WAWebSocketModel').Socket;
    return {
      state: socket?.state ?? null,
      stream: typeof socket?.stream === 'string' ? socket.stream : null,
      hasSynced: socket?.hasSynced === true,
      hasLibrary,
      hasDialog,
      version,
    };
  } catch {
    return { state: null, stream: null, hasSynced: false, hasLibrary, hasDialog, version };
  }
}

/** Whether a code that links an account may be seen in the page, which it is while the page is not linked. */
export function mayShowCode(): boolean {
  const page = globalThis as unknown as PageGlobals;
  // WhatsApp draws its code on a canvas, in an element that carries what the code says.
  if (page.document?.querySelector('canvas, [data-ref]') != null) return true;
  try {
    const state = page.require?.('WAWebSocketModel').Socket.state;
    return state === 'UNPAIRED' || state === 'UNPAIRED_IDLE' || state === 'PAIRING';
  } catch {
    return false;
  }
}

/** Calls the library's handler for a sync that had finished before it listened; without it `ready` never comes. */
export async function announceSynced(): Promise<void> {
  await (globalThis as unknown as PageGlobals).onAppStateHasSyncedEvent?.();
}

export function refreshQr(): void {
  (globalThis as unknown as PageGlobals).require?.('WAWebCmd').Cmd.refreshQR();
}

export function reconnectSocket(): void {
  (globalThis as unknown as PageGlobals).require?.('WAWebSocketModel').Socket.reconnect();
}

export function takeOverSocket(): void {
  (globalThis as unknown as PageGlobals).require?.('WAWebSocketModel').Socket.takeover();
}

export async function logOut(): Promise<void> {
  await (globalThis as unknown as PageGlobals).require?.('WAWebSocketModel').Socket.logout();
}

/** A small file of the page's own origin, past every cache. */
export async function canFetch(timeoutMs: number): Promise<boolean> {
  const aborter = new AbortController();
  const timer = setTimeout(() => aborter.abort(), timeoutMs);
  try {
    const options = { method: 'HEAD', cache: 'no-store', signal: aborter.signal };
    await fetch('/favicon.ico', options);
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

export function readAccount(): { pn: string | null; lid: string | null; name: string | null } {
  const page = globalThis as unknown as PageGlobals;
  const me = page.require?.('WAWebUserPrefsMeUser');
  const lid = me?.getMaybeMeLidUser();
  return {
    pn: me?.getMaybeMePnUser()?.user ?? null,
    lid: lid ? `${lid.user}@${lid.server}` : null,
    name: page.require?.('WAWebConnModel').Conn.pushname ?? null,
  };
}

/** The phone-number chat behind a privacy id, or null when the page does not know it. */
export function phoneChatOf(lid: string): string | null {
  const page = globalThis as unknown as PageGlobals;
  try {
    const wid = page.require?.('WAWebWidFactory').createWid(lid);
    const phone = wid && page.require?.('WAWebLidMigrationUtils').toPn(wid);
    return phone ? `${phone.user}@${phone.server}` : null;
  } catch {
    return null;
  }
}
