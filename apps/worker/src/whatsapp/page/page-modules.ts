/**
 * The part of WhatsApp Web's page that our own page functions touch, as TypeScript sees it. The page promises none of
 * it: what we rely on is exercised by the self-test.
 */
export interface PageGlobals {
  require?<Name extends keyof PageModules>(name: Name): PageModules[Name];
  Debug?: { VERSION?: string };
  document?: { querySelector(selector: string): unknown };
  /** The library's helpers; there from its `ready` on, gone after a reload until it is ready again. */
  WWebJS?: LibraryHelpers;
  /** Bytes of the message whose media were fetched last, for page-media.ts. */
  wafleetMedia?: HeldMedia | undefined;
  /** The library's own handler of a finished sync. */
  onAppStateHasSyncedEvent?: () => Promise<void>;
}

export interface HeldMedia {
  fetchId: string;
  /** Absent while they are being fetched. A Blob lies with the browser, not in the page's heap. */
  bytes?: Blob;
  aborter: AbortController;
  /** Lets go of them once nobody has read for a while. */
  idleTimer?: unknown;
}

export interface PageModules {
  WAWebSocketModel: { Socket: PageSocket };
  WAWebCmd: { Cmd: { refreshQR(): void } };
  WAWebMsgKey: MsgKeyClass;
  WAWebSendMsgChatAction: { addAndSendMsgToChat: AddAndSend };
  WAWebWidFactory: { createWid(text: string): Wid };
  WAWebFindChatAction: { findOrCreateLatestChat(wid: Wid): Promise<{ chat?: PageChat } | undefined> };
  WAWebQueryExistsJob: { queryWidExists(wid: Wid): Promise<{ wid: Wid } | null> };
  WAWebUserPrefsMeUser: { getMaybeMePnUser(): Wid | undefined; getMaybeMeLidUser(): Wid | undefined };
  WAWebConnModel: { Conn: { pushname?: string } };
  WAWebMsgActionCapability: Record<
    'canEditText' | 'canEditCaption' | 'canSenderRevokeMsg' | 'canAdminRevokeMsg',
    (message: PageMsg) => boolean
  >;
  WAWebLidMigrationUtils: { toPn(wid: Wid): Wid | undefined };
  WAWebChatLoadMessages: { loadEarlierMsgs(asked: { chat: PageChat }): Promise<PageMsg[] | undefined> };
  WAWebPollsVotesSchema: {
    getTable(): { equals(index: string[], pollId: string): Promise<PageVote[]> };
  };
  WAWebDownloadManager: {
    downloadManager: { downloadAndMaybeDecrypt(wanted: MediaWanted): Promise<ArrayBuffer> };
  };
  WAWebCollections: {
    Chat: { get(id: Wid | string): PageChat | undefined; getModelsArray(): PageChat[] };
    Msg: {
      on?: unknown;
      get(id: string): PageMsg | undefined;
      getMessagesById?(ids: string[]): Promise<{ messages?: PageMsg[] }>;
    };
    Reactions: { find(messageId: string): Promise<{ reactions: PageReactions } | undefined> };
  };
}

export interface PageSocket {
  state?: string;
  stream?: string;
  hasSynced?: boolean;
  logout(): Promise<void> | void;
  reconnect(): void;
  takeover(): void;
}

export interface Wid {
  user: string;
  server: string;
  _serialized?: string;
  isUser?(): boolean;
}

export interface PageChat {
  id: Wid;
  /** Seconds of the newest message. */
  t?: number;
  msgs?: { getModelsArray(): PageMsg[] };
}

export interface PageMsg {
  id: MsgKey;
  t?: number;
  ack?: number;
  type?: string;
  hasReaction?: boolean;
  /** Of media, as WhatsApp's server knows them; without a path there is nothing to fetch. */
  directPath?: string;
  encFilehash?: string;
  filehash?: string;
  mediaKey?: string;
  mediaKeyTimestamp?: number;
  size?: number | string;
  mediaData?: { mediaStage?: string };
  /** Shows the media; asks the sender's phone for them where the server has none. */
  downloadMedia?(options: { downloadEvenIfExpensive: boolean; rmrReason: number }): Promise<unknown>;
}

interface PageReactions {
  serialize(): { senders: { msgKey?: { fromMe?: boolean } }[] }[];
}

/** Beside these, what says when. */
interface PageVote {
  msgKey?: string;
  sender?: Wid | string;
  senderTimestampMs?: number;
  /** Bytes where the page keeps it in its store. */
  selectedOptionLocalIds: ArrayLike<number> | ArrayBuffer;
}

type MediaWanted = Pick<
  PageMsg,
  'directPath' | 'encFilehash' | 'filehash' | 'mediaKey' | 'mediaKeyTimestamp' | 'type'
> & { signal: AbortSignal; downloadQpl: object };

export interface MsgKey {
  id: string;
  fromMe: boolean;
  participant?: Wid;
  _serialized?: string;
}

export interface MsgKeyClass {
  new (parts: { from: Wid; to: Wid; id: string; participant?: Wid; selfDir: 'in' | 'out' }): MsgKey;
  newId(): Promise<string>;
  prototype: MsgKey;
}

export interface OutgoingMessage {
  id: MsgKey;
  from: Wid;
  /** Put there by us through the library's `extra`; see page-patches/chosen-message-id.ts. */
  wafleetMessageId?: string;
}

export type AddAndSend = (chat: PageChat, message: OutgoingMessage) => unknown;

interface LibraryHelpers {
  getMessageModel(message: PageMsg): Record<string, unknown>;
  sendChatstate(state: 'typing' | 'recording' | 'stop', chatId: string): Promise<unknown>;
  getChat(chatId: string, options: { getAsModel: false }): Promise<PageChat | undefined>;
}
