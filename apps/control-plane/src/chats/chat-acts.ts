import {
  AppError,
  type Chat,
  maxPictureBytes,
  type TenantId,
  type UpdateChat,
  type UpdateProfile,
} from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { MediaService } from '../media/media-service';
import { chatView, mutedUntilOf } from './chat-directory';
import type { PageRequests } from './page-requests';

/** What is set of chats, messages, people and the account itself. Repeats change nothing. Rejects as PageRequests. */
export interface ChatActs {
  update(tenantId: TenantId, chatId: string, input: UpdateChat): Promise<Chat>;
  /** @throws AppError TARGET_NOT_SENT */
  star(tenantId: TenantId, messageId: string, isStarred: boolean): Promise<void>;
  /** At the top of its chat; null: no longer. @throws AppError TARGET_NOT_SENT */
  pin(tenantId: TenantId, messageId: string, forHours: number | null): Promise<void>;
  block(tenantId: TenantId, contactId: string, isBlocked: boolean): Promise<void>;
  updateProfile(tenantId: TenantId, input: UpdateProfile): Promise<void>;
  /** Media of the tenant, JPEG or PNG; null: none any more. @throws AppError INVALID_INPUT naming mediaId */
  setPicture(tenantId: TenantId, mediaId: string | null): Promise<void>;
}

const pictureTypes = ['image/jpeg', 'image/png'];

export function createChatActs({
  db,
  requests,
  media,
}: {
  db: Database;
  requests: PageRequests;
  media: Pick<MediaService, 'open'>;
}): ChatActs {
  /** How WhatsApp knows a message. */
  async function find(tenantId: TenantId, messageId: string) {
    const row = await db.message.findFirst({ where: { id: messageId, tenantId } });
    if (!row) throw new AppError('NOT_FOUND');
    if (row.waMessageId === null || row.idIsDerived) throw new AppError('TARGET_NOT_SENT');
    const { waMessageId: id, fromMe, chatId } = row;
    return { chatId, target: { id, fromMe, chatId, sender: row.sender ?? '' } };
  }

  async function readPicture(tenantId: TenantId, mediaId: string) {
    const refused = (message: string) =>
      new AppError('INVALID_INPUT', { fields: [{ field: 'mediaId', message }] });
    const { media: row, bytes } = await media.open(tenantId, mediaId).catch((error: unknown) => {
      throw error instanceof AppError && error.code === 'NOT_FOUND'
        ? refused('is unknown or has expired')
        : error;
    });
    try {
      const { mimeType, sizeBytes } = row;
      if (!pictureTypes.includes(mimeType)) throw refused(`must be one of ${pictureTypes.join(', ')}`);
      if (sizeBytes > maxPictureBytes) throw refused(`must have ${maxPictureBytes} bytes at most`);
      const chunks: Buffer[] = [];
      for await (const chunk of bytes) chunks.push(chunk as Buffer);
      return { mimeType, data: Buffer.concat(chunks).toString('base64') };
    } finally {
      bytes.destroy();
    }
  }

  return {
    async update(tenantId, chatId, { mutedUntil, ...rest }) {
      const muted = mutedUntil === undefined ? {} : { mutedUntil: mutedUntilOf(mutedUntil) };
      return chatView(await requests.act(tenantId, { name: 'chat', chatId, ...rest, ...muted }));
    },

    async star(tenantId, messageId, isStarred) {
      await requests.act(tenantId, { name: 'star', ...(await find(tenantId, messageId)), isStarred });
    },

    async pin(tenantId, messageId, forHours) {
      const forSeconds = (forHours ?? 0) * 3_600;
      await requests.act(tenantId, { name: 'pin', ...(await find(tenantId, messageId)), forSeconds });
    },

    async block(tenantId, contactId, isBlocked) {
      await requests.act(tenantId, { name: 'block', contactId, isBlocked }, { field: 'contactId' });
    },

    async updateProfile(tenantId, input) {
      await requests.act(tenantId, { name: 'own_profile', ...input });
    },

    async setPicture(tenantId, mediaId) {
      const picture = mediaId === null ? null : await readPicture(tenantId, mediaId);
      await requests.act(tenantId, { name: 'own_picture', picture });
    },
  };
}
