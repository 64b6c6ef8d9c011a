import { mediaPartBytes, type MessageChange, type MessageKey } from '@wafleet/contracts';
import { changeByLibrary, sendByLibrary } from '../library-sends';
import type { PageCalls } from './page-calls';
import { phoneChatOf } from './page-functions';
import { PageError } from './page-error';
import { listActiveChats, reachBack, readChatHistory } from './page-history';
import { dropMedia, fetchMedia, readMedia } from './page-media';
import { findChatId, findMessage, mayChange, showState } from './page-messages';
import type {
  ChatHistory,
  HistoryPart,
  MediaInPage,
  MediaWanted,
  OutgoingMessage,
  WhatsappChats,
} from '../whatsapp-chats';

const sendMs = 30_000;
/** The page prepares and uploads the bytes first. */
const sendMediaMs = 110_000;
/** A page that works ends a fetch by itself when its time is over. */
const abortMs = 5_000;
const maxFound = 2_000;
/** Each fetches earlier messages a few times: thousands of messages of one chat. */
const maxPartsBack = 20;

const toSeconds = (ms: number) => Math.floor(ms / 1_000);

/** Chats and messages through the page's own modules, and through the library where it makes what is sent. */
export class PageChats implements WhatsappChats {
  /** The page's ids of the chats that were found in its present document, by the ids that were asked for. */
  private readonly found = new Map<string, string>();

  /** @param onText told of every text that is sent, so that no record of a trouble repeats it */
  constructor(
    private readonly calls: PageCalls,
    private readonly onText: (text: string) => void,
    private readonly mayPreview: () => boolean,
  ) {}

  async findChat(chatId: string): Promise<string | null> {
    const known = this.found.get(chatId);
    if (known !== undefined) return known;
    const inPage = await this.calls.page('find chat', findChatId, chatId);
    if (inPage !== null) this.remember(chatId, inPage);
    return inPage;
  }

  /** Another document is loaded: it must prove anew that it is ready, and may know chats by other ids. */
  forget(): void {
    this.found.clear();
  }

  async send(chatId: string, message: OutgoingMessage, waMessageId: string): Promise<void> {
    this.onText(message.body);
    // A text without its preview is better than none.
    const hasLinkPreview = message.hasLinkPreview && this.mayPreview();
    const deadlineMs = message.data === null ? sendMs : sendMediaMs;
    await this.calls.required('send', deadlineMs, (library) =>
      sendByLibrary(library, chatId, { ...message, hasLinkPreview }, waMessageId),
    );
  }

  async findMessage(chatId: string, { id, fromMe, sender }: MessageKey): Promise<string | null> {
    const found = await this.calls.page('find message', findMessage, chatId, { id, fromMe, sender });
    return found && found.name;
  }

  mayChange(messageId: string, change: MessageChange['type']): Promise<boolean> {
    return this.calls.page('may change', mayChange, messageId, change);
  }

  async change(messageId: string, change: MessageChange): Promise<void> {
    if (change.type === 'edit') this.onText(change.body);
    await this.calls.required('change', sendMs, (library) => changeByLibrary(library, messageId, change));
  }

  async showState(chatId: string, state: 'typing' | 'recording' | 'paused'): Promise<void> {
    await this.calls.page('chat state', showState, chatId, state);
  }

  async markSeen(chatId: string): Promise<void> {
    await this.calls.required('seen', sendMs, (library) => library.sendSeen(chatId));
  }

  async findOwnMessage(
    chatId: string,
    waMessageId: string,
    sinceMs: number | null,
  ): Promise<{ ack: number } | null> {
    const key = { id: waMessageId, fromMe: true, sender: '' };
    const find = () => this.calls.page('find message', findMessage, chatId, key);
    const held = await find();
    if (held !== null || sinceMs === null) return held;
    // A page that was loaded anew has the newest messages only: what came since may have pushed it out of sight.
    for (let part = 0; part < maxPartsBack; part += 1) {
      const reach = await this.reachBack(chatId, sinceMs);
      if (reach === 'whole') return find();
      if (reach === 'cut') break;
    }
    throw new PageError('find message: the chat could not be read back to it', true);
  }

  activeChats(sinceMs: number): Promise<string[]> {
    return this.calls.page('active chats', listActiveChats, toSeconds(sinceMs));
  }

  async chatHistory(chatId: string, { sinceMs, offset, limit }: HistoryPart): Promise<ChatHistory> {
    const reach = offset > 0 ? 'whole' : await this.reachBack(chatId, sinceMs);
    if (reach === 'loading') return { messages: [], reach, hasMore: true };
    const inPage = [readChatHistory, chatId, toSeconds(sinceMs), offset, limit] as const;
    return { ...(await this.calls.page('chat history', ...inPage)), reach };
  }

  fetchMedia(messageId: string, { fetchId, maxBytes, timeoutMs }: MediaWanted): Promise<MediaInPage> {
    const inPage = [fetchMedia, messageId, fetchId, maxBytes, timeoutMs] as const;
    return this.calls.patiently(timeoutMs + abortMs, 'fetch media', ...inPage);
  }

  readMedia(fetchId: string, offset: number): Promise<string | null> {
    return this.calls.page('read media', readMedia, fetchId, offset, mediaPartBytes);
  }

  async dropMedia(fetchId: string): Promise<void> {
    await this.calls.page('drop media', dropMedia, fetchId);
  }

  phoneChatOf(lid: string): Promise<string | null> {
    return this.calls.page('chat of lid', phoneChatOf, lid);
  }

  private reachBack(chatId: string, sinceMs: number): Promise<ChatHistory['reach']> {
    return this.calls.page('reach back', reachBack, chatId, toSeconds(sinceMs));
  }

  private remember(chatId: string, inPage: string): void {
    const [oldest] = this.found.keys();
    if (oldest !== undefined && this.found.size >= maxFound) this.found.delete(oldest);
    this.found.set(chatId, inPage);
  }
}
