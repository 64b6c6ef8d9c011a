import type { ServerState } from '../../faults/fault-table';
import { Emitter } from './emitter';
import type { ChatModel } from './chats';
import type { MsgModel } from './messages';
import { Model, exposeAttributes } from './model';

export type SocketState =
  | 'UNLAUNCHED'
  | 'OPENING'
  | 'PAIRING'
  | 'UNPAIRED'
  | 'UNPAIRED_IDLE'
  | 'CONNECTED'
  | 'CONFLICT'
  | ServerState;

interface SocketAttributes {
  state: SocketState;
  stream: 'DISCONNECTED' | 'SYNCING' | 'CONNECTED';
  hasSynced: boolean;
}

/** What the session does when code outside the page asks for it. */
export interface SocketActions {
  logout(): Promise<void>;
  reconnect(): void;
  takeover(): void;
}

/** WAWebSocketModel.Socket: how the page stands with the server. */
export class SocketModel extends Model<SocketAttributes> {
  private actions: SocketActions | undefined;

  constructor() {
    super({ state: 'UNLAUNCHED', stream: 'DISCONNECTED', hasSynced: false });
  }

  actedOnBy(actions: SocketActions): void {
    this.actions = actions;
  }

  async logout(): Promise<void> {
    await this.actions?.logout();
  }

  reconnect(): void {
    this.actions?.reconnect();
  }

  takeover(): void {
    this.actions?.takeover();
  }
}
exposeAttributes(SocketModel, ['state', 'stream', 'hasSynced']);

interface ConnAttributes {
  /** The reference in the QR that the page shows now. */
  ref: string | undefined;
  pushname: string | undefined;
  platform: string | undefined;
  battery: number | undefined;
  plugged: boolean | undefined;
}

/** WAWebConnModel.Conn: the account and the phone behind the page. */
export class ConnModel extends Model<ConnAttributes> {
  constructor() {
    super({
      ref: undefined,
      pushname: undefined,
      platform: undefined,
      battery: undefined,
      plugged: undefined,
    });
  }

  canSetMyPushname(): boolean {
    return true;
  }
}
exposeAttributes(ConnModel, ['ref', 'pushname', 'platform', 'battery', 'plugged']);

/** WAWebStreamModel.Stream: whether the account shows as available. */
export class StreamModel extends Model<{ available: boolean }> {
  constructor() {
    super({ available: false });
  }

  markAvailable(): void {
    this.set({ available: true });
  }

  markUnavailable(): void {
    this.set({ available: false });
  }
}
exposeAttributes(StreamModel, ['available']);

/** What the page does with messages when code outside it commands that. */
export interface MessageCommands {
  /** Deletes for everyone. Resolves when the server has taken it. */
  sendRevokeMsgs(chat: ChatModel, picked: { list: MsgModel[] }): Promise<void>;
  /** Deletes in this page. */
  sendDeleteMsgs(chat: ChatModel, picked: { list: MsgModel[] }): Promise<void>;
}

/** What the page does with chats and stars when code outside it commands that; each resolves when the server has taken it. */
export interface ChatCommands {
  archiveChat(chat: ChatModel, on: boolean): Promise<void>;
  pinChat(chat: ChatModel, on: boolean): Promise<void>;
  markChatUnread(chat: ChatModel, on: boolean): Promise<void>;
  star(messages: MsgModel[], isStarred: boolean): Promise<void>;
}

/** WAWebCmd.Cmd: the page's commands, most of them events that the page's own parts listen to. */
export class Cmd extends Emitter {
  private commands: MessageCommands | undefined;
  private chatCommands: ChatCommands | undefined;

  actedOnBy(commands: MessageCommands): void {
    this.commands = commands;
  }

  chatsActedOnBy(commands: ChatCommands): void {
    this.chatCommands = commands;
  }

  async archiveChat(chat: ChatModel, on: boolean): Promise<void> {
    await this.chatCommands?.archiveChat(chat, on);
  }

  async pinChat(chat: ChatModel, on: boolean): Promise<void> {
    await this.chatCommands?.pinChat(chat, on);
  }

  async markChatUnread(chat: ChatModel, on: boolean): Promise<void> {
    await this.chatCommands?.markChatUnread(chat, on);
  }

  async sendStarMsgs(_chat: ChatModel, messages: MsgModel[]): Promise<void> {
    await this.chatCommands?.star(messages, true);
  }

  async sendUnstarMsgs(_chat: ChatModel, messages: MsgModel[]): Promise<void> {
    await this.chatCommands?.star(messages, false);
  }

  refreshQR(): void {
    this.trigger('refresh_qr');
  }

  async sendRevokeMsgs(chat: ChatModel, picked: { list: MsgModel[] }): Promise<void> {
    await this.commands?.sendRevokeMsgs(chat, picked);
  }

  async sendDeleteMsgs(chat: ChatModel, picked: { list: MsgModel[] }): Promise<void> {
    await this.commands?.sendDeleteMsgs(chat, picked);
  }
}
