import type { ListHistoryQuery, OlderMessage, Page, PastMessage, TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { decodeCursor, encodeCursor } from '../page-cursor';
import { contactHash, erasedAmong } from '../privacy/erased-contacts';
import type { PageRequests } from './page-requests';

/**
 * A chat's messages as the page has them, also from before the account was linked. They are read and not stored: nothing is told to
 * webhooks. A page may be short, or empty, with more to come.
 */
export interface ChatHistory {
  /** Newest first. Rejects as PageRequests. @throws AppError INVALID_INPUT naming cursor, or chatId */
  list(tenantId: TenantId, chatId: string, query: ListHistoryQuery): Promise<Page<PastMessage>>;
}

const place = /^(\d{1,12}) (.{1,256})$/;

export function createChatHistory({ db, requests }: { db: Database; requests: PageRequests }): ChatHistory {
  return {
    async list(tenantId, chatId, { limit, cursor }) {
      const [, at, id] = place.exec(cursor === undefined ? '' : decodeCursor('history', place, cursor)) ?? [];
      const before = at === undefined || id === undefined ? null : { at: Number(at), id };
      const asked = { name: 'older' as const, chatId, before, limit };
      const { messages, next } = await requests.read(tenantId, asked, 'chatId');
      const kept = await withoutErased(db, tenantId, chatId, messages);
      const stored = await db.message.findMany({
        where: { tenantId, waMessageId: { in: kept.map((message) => message.id) } },
        select: { id: true, waMessageId: true, fromMe: true },
      });
      const ids = new Map(stored.map((row) => [`${row.fromMe} ${row.waMessageId}`, row.id]));
      return {
        items: kept.map(({ id: waMessageId, sender, quotedId, timestamp, ...rest }) => ({
          ...rest,
          waMessageId,
          messageId: ids.get(`${rest.fromMe} ${waMessageId}`) ?? null,
          chatId,
          sender: rest.fromMe || isGroup(chatId) ? sender : chatId,
          quotedWaMessageId: quotedId,
          timestamp: new Date(timestamp).toISOString(),
        })),
        nextCursor: next && encodeCursor('history', `${next.at} ${next.id}`),
      };
    },
  };
}

/** What was said until a contact was erased stays away, though the page still has it. */
async function withoutErased(
  db: Database,
  tenantId: TenantId,
  chatId: string,
  messages: readonly OlderMessage[],
): Promise<OlderMessage[]> {
  const names = new Set([chatId, ...messages.map(({ sender }) => sender)]);
  const hashes = new Map([...names].map((name) => [name, contactHash(tenantId, name)]));
  const erasedAt = await erasedAmong(
    db,
    [...hashes.values()].map((hash) => ({ tenantId, hash })),
  );
  const isErased = (name: string, at: number) => {
    const end = erasedAt.get(hashes.get(name) ?? '');
    return end !== undefined && at <= end.getTime();
  };
  return messages.filter(
    ({ sender, timestamp }) => !isErased(chatId, timestamp) && !isErased(sender, timestamp),
  );
}

const isGroup = (chatId: string) => chatId.endsWith('@g.us');
