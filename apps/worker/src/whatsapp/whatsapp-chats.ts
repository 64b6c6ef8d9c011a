import type { MessageChange, MessageContent, MessageKey, OutgoingType } from '@wafleet/contracts';

/** The part of our port to WhatsApp Web that is about chats and what is in them. Each call has a deadline of its own. */
export interface WhatsappChats {
  /** The chat's id as the page knows it, or null when WhatsApp has no such recipient. @throws PageError */
  findChat(chatId: string): Promise<string | null>;
  /** Hands it to the page under an id of our choice. Resolving does not prove that it left. @throws PageError */
  send(chatId: string, message: OutgoingMessage, waMessageId: string): Promise<void>;
  /** The page's own name for a message of this chat, null when the page does not have it. @throws PageError */
  findMessage(chatId: string, key: MessageKey): Promise<string | null>;
  /** Whether WhatsApp allows this; edits and revokes have their time. @param messageId as findMessage() says @throws PageError */
  mayChange(messageId: string, change: MessageChange['type']): Promise<boolean>;
  /** As mayChange(). To do it twice is to do it once. @throws PageError */
  change(messageId: string, change: MessageChange): Promise<void>;
  /** What the chat shows of us for some seconds. @throws PageError */
  showState(chatId: string, state: 'typing' | 'recording' | 'paused'): Promise<void>;
  /** Tells the other side that its messages were read. @throws PageError */
  markSeen(chatId: string): Promise<void>;
  /**
   * The ack of a message of ours, null when it is not in the chat.
   * @param sinceMs how far back the chat is read for it; null: no further than the page has it
   * @throws PageError also where the chat can't be read back so far
   */
  findOwnMessage(
    chatId: string,
    waMessageId: string,
    sinceMs: number | null,
  ): Promise<{ ack: number } | null>;
  /** Chats in which something happened since then, the latest first, by their ids in the page. @throws PageError */
  activeChats(sinceMs: number): Promise<string[]>;
  /** A part of what the page holds of a chat since then. @throws PageError */
  chatHistory(chatId: string, part: HistoryPart): Promise<ChatHistory>;
  /** Has the page fetch a message's media, and hold them in place of any before. @param messageId as findMessage() says @throws PageError */
  fetchMedia(messageId: string, wanted: MediaWanted): Promise<MediaInPage>;
  /** A part of what the page holds, as base64, empty behind its end; null when it does not hold it. @throws PageError */
  readMedia(fetchId: string, offset: number): Promise<string | null>;
  /** Repeats do nothing. @throws PageError */
  dropMedia(fetchId: string): Promise<void>;
  /** The phone-number chat behind a privacy id, null when the page does not know it. @throws PageError */
  phoneChatOf(lid: string): Promise<string | null>;
}

export interface MediaWanted {
  fetchId: string;
  maxBytes: number;
  timeoutMs: number;
}

/** What became of fetching. `awaited`: the sender's phone was asked for them, so that they may be there later. */
export type MediaInPage =
  | { kind: 'held'; sizeBytes: number; sha256: string }
  | { kind: 'gone' }
  | { kind: 'awaited' }
  | { kind: 'too_large'; sizeBytes: number };

/** The messages since `sinceMs`, oldest first; of them `limit` from the place `offset` on. */
export interface HistoryPart {
  sinceMs: number;
  offset: number;
  limit: number;
}

export interface ChatHistory {
  messages: PageMessage[];
  /**
   * How far back the page's history of this chat goes, told with the first part: `loading`: ask again, it is being fetched and `messages` is
   * empty; `whole`: beyond that moment, or to the beginning; `cut`: no further, and nobody knows what was before.
   */
  reach: 'loading' | 'whole' | 'cut';
  hasMore: boolean;
}

/** What is handed to the page. */
export interface OutgoingMessage {
  type: OutgoingType | 'poll';
  /** The text; of media the caption. */
  body: string;
  content: MessageContent | null;
  /** Whom the text mentions, by their ids. */
  mentions: string[];
  /** The message that it answers, as findMessage() says. */
  quotedId: string | null;
  /** The first link in the text is looked at and shown with it. */
  hasLinkPreview: boolean;
  /** Of media, the bytes as base64. */
  data: string | null;
}

/**
 * A message as the page serialised it. The page is WhatsApp's and changes; nothing about its fields is taken for
 * granted before normaliseMessage().
 */
export type PageMessage = Record<string, unknown>;
