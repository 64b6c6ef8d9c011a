import type { Command, CommandResult } from '@wafleet/contracts';
import { failed, refused } from '../outbound/results';
import type { WhatsappChats } from '../whatsapp/whatsapp-chats';

type CommandOf<Kind extends Command['kind']> = Extract<Command, { kind: Kind }>;
type Work = (chats: WhatsappChats) => Promise<CommandResult>;

/** Bytes of messages that came, on their way from the page to the link: nothing of them stays here. */
export class MediaFetches {
  /** @param chats while connected */
  constructor(private readonly chats: () => WhatsappChats | null) {}

  /** Never rejects, as all of these: what hinders is a result. */
  fetch({ key, fetchId, maxBytes, timeoutMs }: CommandOf<'media.fetch'>): Promise<CommandResult> {
    return this.whileConnected(async (chats) => {
      // The page may keep the chat, and so the message, under another id than the one we know it by.
      const chatId = await chats.findChat(key.chatId);
      const messageId = chatId === null ? null : await chats.findMessage(chatId, key);
      if (messageId === null) return refused('target_missing', 'the message is not there');
      const found = await chats.fetchMedia(messageId, { fetchId, maxBytes, timeoutMs });
      switch (found.kind) {
        case 'held':
          return { ok: true, value: { sizeBytes: found.sizeBytes, sha256: found.sha256 } };
        case 'gone':
          return refused('media_gone', 'WhatsApp has the bytes no more');
        case 'awaited':
          return refused('media_awaited', 'the phone of the sender was asked for the bytes');
        case 'too_large':
          return refused('media_too_large', `the media have ${found.sizeBytes} bytes`);
      }
    });
  }

  read({ fetchId, offset }: CommandOf<'media.read'>): Promise<CommandResult> {
    return this.whileConnected(async (chats) => {
      const data = await chats.readMedia(fetchId, offset);
      return data === null
        ? refused('media_missing', 'the bytes are not here')
        : { ok: true, value: { data } };
    });
  }

  drop({ fetchId }: CommandOf<'media.drop'>): Promise<CommandResult> {
    return this.whileConnected(async (chats) => {
      await chats.dropMedia(fetchId);
      return { ok: true, value: {} };
    });
  }

  private async whileConnected(work: Work): Promise<CommandResult> {
    const chats = this.chats();
    if (!chats) return refused('not_connected', 'the session is not connected');
    try {
      return await work(chats);
    } catch (error) {
      return failed(error, true);
    }
  }
}
