import type { PageGlobals, PageMsg } from './page-modules';

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

/**
 * The chat's id as the page has it; null when WhatsApp has no such recipient. Makes the chat where there is none.
 * Throws while a page that was loaded anew is not ready: it would choose the id of a message by itself.
 */
export async function findChatId(chatId: string): Promise<string | null> {
  const page = globalThis as unknown as Required<PageGlobals>;
  const isPatched = 'wafleetWrapped' in page.require('WAWebSendMsgChatAction').addAndSendMsgToChat;
  if (!isPatched || !('WWebJS' in page)) throw new Error('the page is not ready');
  let wid;
  try {
    wid = page.require('WAWebWidFactory').createWid(chatId);
  } catch {
    return null;
  }
  const known = page.require('WAWebCollections').Chat.get(wid);
  if (!known && wid.server === 'c.us') {
    const answer = await page.require('WAWebQueryExistsJob').queryWidExists(wid);
    if (!answer) return null;
  }
  const chat = known ?? (await page.WWebJS.getChat(chatId, { getAsModel: false }));
  return chat ? `${chat.id.user}@${chat.id.server}` : null;
}

/** Looked for in memory, then in the page's own store. Throws where the store can't be asked: absent is a promise. */
export async function findOwnMessageAck(
  chatId: string,
  waMessageId: string,
): Promise<{ ack: number } | null> {
  const page = globalThis as unknown as Required<PageGlobals>;
  if (!('WWebJS' in page)) throw new Error('the page is not ready');
  const { Chat, Msg } = page.require('WAWebCollections');
  const to = page.require('WAWebWidFactory').createWid(chatId);
  const isIt = (message: PageMsg) => message.id.fromMe && message.id.id === waMessageId;
  const loaded = Chat.get(to)?.msgs?.getModelsArray().find(isIt);
  if (loaded) return { ack: loaded.ack ?? 0 };
  const users = page.require('WAWebUserPrefsMeUser');
  const own = [users.getMaybeMePnUser(), users.getMaybeMeLidUser()].filter((wid) => wid !== undefined);
  const from = own[0];
  if (!from || !Msg.getMessagesById) throw new Error('the page can not look into its store');
  // In a group the key names its sender too, by either of our ids.
  const participants = to.server === 'g.us' ? own : [undefined];
  const MsgKey = page.require('WAWebMsgKey');
  const keys = participants.map(
    (participant) => new MsgKey({ from, to, id: waMessageId, participant, selfDir: 'out' }),
  );
  const stored = await Msg.getMessagesById(keys.map((key) => String(key._serialized)));
  const found = stored.messages?.find(isIt);
  return found ? { ack: found.ack ?? 0 } : null;
}
