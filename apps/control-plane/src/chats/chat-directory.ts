import type {
  Chat,
  CheckedNumber,
  Contact,
  ContactDetail,
  ListChatsQuery,
  ListedChat,
  Page,
  TenantId,
} from '@wafleet/contracts';
import { decodeCursor, pageFrom } from '../page-cursor';
import type { PageRequests } from './page-requests';

/** Who a tenant's page knows, as it knows them now. Rejects as PageRequests. */
export interface ChatDirectory {
  /** Newest first. @throws AppError INVALID_INPUT naming cursor */
  chats(tenantId: TenantId, query: ListChatsQuery): Promise<Page<Chat>>;
  /** By their ids. @throws AppError INVALID_INPUT naming cursor */
  contacts(tenantId: TenantId, query: ListChatsQuery): Promise<Page<Contact>>;
  contact(tenantId: TenantId, contactId: string): Promise<ContactDetail>;
  number(tenantId: TenantId, phoneNumber: string): Promise<CheckedNumber>;
}

const chatPlace = /^\d{1,12} [\w.:-]{1,80}@[a-z.]{2,8}$/;
const contactPlace = /^[\w.:-]{1,80}@[a-z.]{2,8}$/;

export function createChatDirectory(requests: PageRequests): ChatDirectory {
  return {
    async chats(tenantId, { limit, cursor }) {
      const [at, id] = cursor === undefined ? [] : decodeCursor('chats', chatPlace, cursor).split(' ');
      const before = at === undefined || id === undefined ? null : { at: Number(at), id };
      // One more than the page holds tells whether there are more.
      const asked = { name: 'chats' as const, before, limit: Math.min(limit + 1, 200) };
      const { chats, hasMore } = await requests.read(tenantId, asked);
      const rows = hasMore && chats.length <= limit ? [...chats, ...chats.slice(-1)] : chats;
      const page = pageFrom('chats', rows, limit, (chat) => `${chat.at} ${chat.id}`);
      return { ...page, items: page.items.map(chatView) };
    },

    async contacts(tenantId, { limit, cursor }) {
      const after = cursor === undefined ? null : decodeCursor('contacts', contactPlace, cursor);
      const asked = { name: 'contacts' as const, after, limit: Math.min(limit + 1, 200) };
      const { contacts, hasMore } = await requests.read(tenantId, asked);
      const rows = hasMore && contacts.length <= limit ? [...contacts, ...contacts.slice(-1)] : contacts;
      return pageFrom('contacts', rows, limit, ({ id }) => id);
    },

    async contact(tenantId, contactId) {
      const { contact, about, pictureUrl } = await requests.read(
        tenantId,
        { name: 'profile', contactId },
        'contactId',
      );
      return { ...contact, about, pictureUrl };
    },

    async number(tenantId, phoneNumber) {
      const { chatId } = await requests.read(tenantId, { name: 'number', phoneNumber }, 'phoneNumber');
      return { phoneNumber, isOnWhatsapp: chatId !== null, chatId };
    },
  };
}

const forEver = -1;

export function chatView(chat: ListedChat): Chat {
  const { at, mutedUntil, ...rest } = chat;
  return {
    ...rest,
    lastMessageAt: at === 0 ? null : new Date(at * 1_000).toISOString(),
    isMuted: mutedUntil === forEver || mutedUntil * 1_000 > Date.now(),
    mutedUntil: mutedUntil > 0 ? new Date(mutedUntil * 1_000).toISOString() : null,
  };
}

/** As WhatsApp counts it. */
export function mutedUntilOf(asked: string | null): number {
  if (asked === null) return 0;
  return asked === 'forever' ? forEver : Math.floor(Date.parse(asked) / 1_000);
}
