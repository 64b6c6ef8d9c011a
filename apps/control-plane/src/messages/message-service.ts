import {
  AppError,
  type ListMessagesQuery,
  type Message as MessageView,
  type Page,
  type SendMessage,
  type TenantId,
} from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { NewId } from '../new-id';
import { decodeCursor, encodeCursor } from '../page-cursor';
import type { CommitWithEvents } from '../tenants/commit-with-events';
import { acceptMessage } from './accept-message';
import { changeStatus } from './change-status';
import { messageView } from './message-view';
import { createTurns } from '../turns';

export interface MessageService {
  /**
   * Takes a message for sending. The same key with the same request within 24 h gives the same message, also when
   * both come at once.
   * @throws AppError NOT_FOUND, TENANT_ERASING, NOT_RUNNING, NEEDS_PERSON (with `reason`), INVALID_INPUT naming
   * expiresAt, IDEMPOTENCY_MISMATCH, QUEUE_FULL
   */
  send(tenantId: TenantId, input: SendMessage, idempotencyKey?: string): Promise<MessageView>;
  /** Newest first. @throws AppError INVALID_INPUT naming cursor */
  list(tenantId: TenantId, query: ListMessagesQuery): Promise<Page<MessageView>>;
  /** @throws AppError NOT_FOUND */
  get(tenantId: TenantId, messageId: string): Promise<MessageView>;
  /** Takes back a message that still waits. A repeat answers the same. @throws AppError NOT_FOUND, NOT_CANCELLABLE */
  cancel(tenantId: TenantId, messageId: string): Promise<MessageView>;
}

const messageIdPattern = /^msg_[0-9a-z]{26}$/;

export function createMessageService(deps: {
  db: Database;
  commit: CommitWithEvents;
  outbox: { wake(tenantId: TenantId): void };
  expiry: { schedule(expiresAt: Date): void };
  newId: NewId;
  now: () => Date;
}): MessageService {
  const { db } = deps;
  const turns = createTurns();
  const get = async (tenantId: TenantId, messageId: string) => {
    const row = await db.message.findFirst({ where: { id: messageId, tenantId } });
    if (!row) throw new AppError('NOT_FOUND');
    return messageView(row);
  };

  return {
    get,

    async send(tenantId, input, idempotencyKey) {
      const request = { tenantId, input, idempotencyKey: idempotencyKey ?? null };
      const accepted = await turns(`${tenantId} ${input.chatId}`, () => acceptMessage(deps, request));
      if (accepted.isNew) {
        if (accepted.row.expiresAt) deps.expiry.schedule(accepted.row.expiresAt);
        deps.outbox.wake(tenantId);
      }
      return messageView(accepted.row);
    },

    async list(tenantId, { direction, status, chatId, limit, cursor }) {
      const before = cursor === undefined ? undefined : decodeCursor('messages', messageIdPattern, cursor);
      const rows = await db.message.findMany({
        where: { tenantId, direction, status, chatId, id: { lt: before } },
        orderBy: { id: 'desc' },
        take: limit + 1,
      });
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      const nextCursor = last && rows.length > limit ? encodeCursor('messages', last.id) : null;
      return { items: items.map(messageView), nextCursor };
    },

    async cancel(tenantId, messageId) {
      const before = await get(tenantId, messageId);
      if (before.status === 'CANCELLED') return before;
      const isCancelled = await changeStatus(
        deps,
        { id: messageId, tenantId },
        {
          status: 'CANCELLED',
          failure: null,
        },
      );
      if (!isCancelled) throw new AppError('NOT_CANCELLABLE');
      return get(tenantId, messageId);
    },
  };
}
