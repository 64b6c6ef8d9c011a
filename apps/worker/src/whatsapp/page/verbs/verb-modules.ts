import type { MsgKey, Wid } from '../page-modules';

/** The part of WhatsApp Web's page that the verbs touch, as TypeScript sees it; like PageModules, it promises none of it. */
export interface VerbGlobals {
  createImageBitmap(image: Blob): Promise<VerbBitmap>;
  OffscreenCanvas: new (
    width: number,
    height: number,
  ) => {
    getContext(kind: '2d'): {
      drawImage(image: VerbBitmap, ...places: [...Place, ...Place]): void;
    };
    convertToBlob(options: { type: string; quality: number }): Promise<Blob>;
  };
  require<Name extends keyof VerbModules>(name: Name): VerbModules[Name];
  WWebJS?: {
    getChat(chatId: string, options?: { getAsModel: false }): Promise<VerbChat | undefined>;
    getAddParticipantsRpcResult(group: Wid, participant: Wid): Promise<{ code?: number }>;
    pinUnpinMsgAction(messageId: string, action: 1 | 2, forSeconds: number): Promise<boolean>;
    enforceLidAndPnRetrieval(userId: string): Promise<{ lid?: Wid; phone?: Wid }>;
  };
}

interface VerbModules {
  WAWebCollections: {
    Chat: { getModelsArray(): VerbChat[] };
    Contact: { getModelsArray(): VerbContact[]; find(wid: Wid): Promise<VerbContact> };
    ProfilePicThumb: {
      get(id: Wid): VerbPicture | undefined;
      find(id: Wid): Promise<VerbPicture | undefined>;
    };
    Blocklist: { get(id: Wid | string): unknown };
    Msg: {
      get(id: string): VerbMsg | undefined;
      getMessagesById?(ids: string[]): Promise<{ messages?: VerbMsg[] }>;
    };
  };
  WAWebUserPrefsMeUser: { getMaybeMePnUser(): Wid | undefined; getMaybeMeLidUser(): Wid | undefined };
  WAWebWidFactory: { createWid(text: string): Wid };
  WAWebLidMigrationUtils: { toPn(wid: Wid): Wid | undefined };
  WAWebQueryExistsJob: { queryWidExists(wid: Wid): Promise<{ wid?: Wid } | null> };
  WAWebContactGetters: Record<'getName' | 'getPushname', (contact: VerbContact) => string | undefined>;
  WAWebContactStatusBridge: {
    getStatus(asked: { token: string; wid: Wid }): Promise<{ status?: unknown }>;
    setMyStatus(about: string): Promise<void>;
  };
  WAWebContactProfilePicThumbBridge: {
    requestProfilePicFromServer(chat: VerbChat): Promise<{ eurl?: string } | undefined>;
    /** Both as data addresses of a JPEG, 96 and 640 pixels wide. */
    sendSetPicture(me: Wid, thumbnail: string, picture: string): Promise<{ status?: number } | undefined>;
    requestDeletePicture(me: Wid): Promise<{ status?: number } | undefined>;
  };
  WAWebCmd: {
    Cmd: Record<
      'archiveChat' | 'pinChat' | 'markChatUnread',
      (chat: VerbChat, on: boolean) => Promise<void>
    > &
      Record<
        'sendStarMsgs' | 'sendUnstarMsgs',
        (chat: VerbChat, messages: VerbMsg[], isUndone: boolean) => Promise<void>
      >;
  };
  WAWebMsgActionCapability: { canStarMsg(message: VerbMsg): boolean };
  WAWebBlockContactUtils: {
    getContactToBlockOnlyUseIfNoAssociatedChat(contact: VerbContact, entryPoint: string): VerbContact;
  };
  WAWebBlockContactAction: {
    blockContact(asked: { contact: VerbContact }): Promise<void>;
    unblockContact(contact: VerbContact): Promise<void>;
  };
  WAWebConnModel: { Conn: { canSetMyPushname(): boolean } };
  WAWebSetPushnameConnAction: { setPushname(name: string): Promise<void> };
  WAWebMsgKey: { newId(): Promise<string> };
  WAWebGroupCreateJob: {
    createGroup(
      settings: object,
      participants: { phoneNumber: Wid }[],
    ): Promise<{ wid: Wid; participants: { wid: Wid; error?: number | string }[] }>;
  };
  WAWebGroupQueryJob: {
    queryAndUpdateGroupMetadataById(asked: { id: string }): Promise<unknown>;
    resetGroupInviteCode(group: Wid): Promise<{ code: string }>;
  };
  WAWebModifyParticipantsGroupAction: Record<
    'removeParticipants' | 'promoteParticipants' | 'demoteParticipants',
    (chat: VerbChat, participants: VerbParticipant[]) => Promise<void>
  >;
  WAWebGroupModifyInfoJob: {
    setGroupSubject(group: Wid, subject: string): Promise<void>;
    setGroupDescription(group: Wid, text: string, newId: string, oldId: string | undefined): Promise<void>;
  };
  WAWebSetPropertyGroupAction: {
    setGroupProperty(
      chat: VerbChat,
      property: 'announcement' | 'restrict' | 'member_add_mode',
      value: 0 | 1,
    ): Promise<void>;
  };
  WAWebMexFetchGroupInviteCodeJob: {
    fetchMexGroupInviteCode(groupId: string): Promise<{ code?: string } | string | undefined>;
  };
  WAWebExitGroupAction: { sendExitGroup(chat: VerbChat): Promise<void> };
}

interface VerbChat {
  id: Wid;
  name?: string;
  formattedTitle?: string;
  t?: number;
  /** −1 where a person marked it as unread. */
  unreadCount?: number;
  archive?: boolean;
  pin?: number | boolean;
  mute?: {
    expiration?: number;
    mute(options: { expiration: number; sendDevice: true }): Promise<void>;
    unmute(options: { sendDevice: true }): Promise<void>;
  };
  groupMetadata?: {
    subject?: string;
    desc?: string;
    descId?: string;
    owner?: Wid;
    creation?: number;
    announce?: boolean;
    restrict?: boolean;
    memberAddMode?: string;
    participants: {
      get(id: string | undefined): VerbParticipant | undefined;
      getModelsArray(): VerbParticipant[];
    };
  };
  iAmAdmin?(): boolean;
}

interface VerbParticipant {
  id: Wid;
  isAdmin?: boolean;
}

interface VerbContact {
  id: Wid;
  isMe?: boolean;
  isBusiness?: boolean;
  isContactBlocked?: boolean;
}

type Place = [x: number, y: number, width: number, height: number];

interface VerbBitmap {
  width: number;
  height: number;
}

interface VerbPicture {
  canSet(): boolean;
  /** Also where there is none to delete. */
  canDelete(): boolean;
}

interface VerbMsg {
  id: MsgKey & { remote: Wid };
}
