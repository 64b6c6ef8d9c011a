import { contentLimits, type LinkEvent, type MessageKey } from '@wafleet/contracts';
import type { Logger } from '@wafleet/runtime';
import { ChatQueues } from '../chat-queues';
import type { PageMessage, WhatsappChats } from '../whatsapp/whatsapp-chats';
import type { WhatsappClient } from '../whatsapp/whatsapp-client';
import { messageKey, normaliseMessage } from './normalise-message';
import { normaliseUpdates } from './normalise-updates';
import { list, record, widText } from './page-values';
import { RecentStates } from './recent-states';

export interface MessageIntakeOptions {
  /** The page that messages come from. */
  client: () => (Pick<WhatsappClient, 'account'> & { chats: Pick<WhatsappChats, 'phoneChatOf'> }) | null;
  /** False when it could not be kept; the next backfill brings it again. */
  emit: (event: LinkEvent) => boolean;
  log: Logger;
}

/** Messages, acks and what becomes of messages, from the page on their way to the link: canonical, in their chat's order, each once. */
export class MessageIntake {
  readonly queues = new ChatQueues();
  /** How the messages were told that were told last. */
  private readonly emitted = new RecentStates(5_000);
  private readonly phoneChats = new Map<string, string>();

  constructor(private readonly options: MessageIntakeOptions) {}

  /**
   * Resolves with false when the message could not be kept.
   * @param outageId the outage whose backfill read it
   */
  onMessage(message: PageMessage, outageId?: string): Promise<boolean> {
    return this.inOrder(message, (canonical, ownId) => {
      const normalised = normaliseMessage(canonical, ownId);
      if (!normalised) return true;
      // The ack of our own may have risen while nobody listened, or more become of it; then the message is news again.
      const ack = normalised.key.fromMe ? normalised.ack : null;
      const state = JSON.stringify([ack, normalised.updates ?? []]);
      const identity = identityOf(normalised.key);
      if (identity !== null && this.emitted.isAt(identity, state)) return true;
      const isKept = this.options.emit({
        kind: 'message.created',
        message: normalised,
        ...(outageId === undefined ? {} : { outageId }),
      });
      if (isKept && identity !== null) this.emitted.note(identity, state);
      return isKept;
    });
  }

  onAck(message: PageMessage, ack: number): void {
    void this.inOrder(message, (canonical, ownId) => {
      const key = messageKey(canonical, ownId);
      if (!key || !Number.isInteger(ack) || ack < -1 || ack > 4) return true;
      return this.options.emit({ kind: 'message.ack', key, ack });
    });
  }

  /** @param message its key, and what says what became of it */
  onUpdate(message: PageMessage): void {
    void this.inOrder(message, (canonical, ownId) => {
      const key = messageKey(canonical, ownId);
      if (!key || key.id === null) return true;
      // What was told of it is over: a record that tells less than this, says that something was taken back.
      this.emitted.forget(identityOf(key) ?? '');
      return normaliseUpdates(canonical, ownId)
        .map((update) => this.options.emit({ kind: 'message.updated', key, update }))
        .every(Boolean);
    });
  }

  /** The id that messages of this chat carry. */
  async canonicalChat(chatId: string): Promise<string> {
    return chatId.endsWith('@lid') ? this.phoneChatOf(chatId) : chatId;
  }

  private inOrder(
    message: PageMessage,
    work: (canonical: PageMessage, ownId: string) => boolean,
  ): Promise<boolean> {
    const id = message['id'] as { remote?: unknown } | undefined;
    const chat = widText(id?.remote) ?? 'unknown';
    return this.queues.run(chat, async () => {
      const ownId = this.ownId();
      if (ownId !== null) return work(await this.canonical(message), ownId);
      // Before the page is ready nobody knows whose it is; the backfill after `ready` brings it again.
      this.options.log.debug({}, 'message before ready left to backfill');
      return false;
    });
  }

  private ownId(): string | null {
    const account = this.options.client()?.account;
    return account ? `${account.phoneNumber}@c.us` : null;
  }

  /** Privacy ids replaced by the phone numbers behind them, where the page knows them: both are the same chat. */
  private async canonical(message: PageMessage): Promise<PageMessage> {
    const id = message['id'] as Record<string, unknown> | undefined;
    const replace = async (value: unknown) => {
      const wid = widText(value);
      return wid?.endsWith('@lid') ? this.phoneChatOf(wid) : value;
    };
    const replaceAll = async (value: unknown, maxItems: number) => {
      const replaced: unknown[] = [];
      for (const one of list(value, maxItems)) replaced.push(await replace(one));
      return replaced;
    };
    const replaceSenders = async (value: unknown) => {
      const replaced: unknown[] = [];
      for (const one of list(value, contentLimits.updates)) {
        const said = record(one);
        replaced.push({ ...said, senderUserJid: await replace(said?.['senderUserJid']) });
      }
      return replaced;
    };
    return {
      ...message,
      wafleetReactions: await replaceSenders(message['wafleetReactions']),
      wafleetVotes: await replaceSenders(message['wafleetVotes']),
      mentionedJidList: await replaceAll(message['mentionedJidList'], contentLimits.mentions),
      recipients: await replaceAll(message['recipients'], contentLimits.recipients),
      id: id && {
        ...id,
        remote: await replace(id['remote']),
        participant: await replace(id['participant']),
      },
      author: await replace(message['author']),
      from: await replace(message['from']),
    };
  }

  /** Told once; until it could be told, the privacy id stands, so that both names are known to be one. */
  private async phoneChatOf(lid: string): Promise<string> {
    const known = this.phoneChats.get(lid);
    if (known) return known;
    const client = this.options.client();
    const phoneChat = await (client?.chats.phoneChatOf(lid) ?? Promise.resolve(null)).catch(() => null);
    if (!phoneChat || !this.options.emit({ kind: 'identity.learned', lid, chatId: phoneChat })) return lid;
    if (this.phoneChats.size >= 5_000) this.phoneChats.clear();
    this.phoneChats.set(lid, phoneChat);
    return phoneChat;
  }
}

function identityOf({ id, chatId, fromMe, sender }: MessageKey): string | null {
  return id === null ? null : `${fromMe}/${chatId}/${id}/${sender}`;
}
