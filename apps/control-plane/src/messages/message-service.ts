import {
  AppError,
  type ListMessagesQuery,
  type Message as MessageView,
  type Page,
  type ResolveMessage,
  type SendMessage,
  type TenantId,
} from '@wafleet/contracts';
import type { Database, Message } from '@wafleet/db';
import type { NewId } from '../new-id';
import { decodeCursor, pageFrom } from '../page-cursor';
import type { CommitWithEvents } from '../tenants/commit-with-events';
import { createAcceptMessage } from './accept/accept-message';
import { findEarlier, requestHashOf } from './accept/earlier-messages';
import { changeStatus } from './change-status';
import { messageInclude, messageView } from './message-view';
import { prepareMessage, type PrepareDeps } from './accept/prepare-message';
import { resolveMessage } from './resolve-message';

export interface MessageService {
  /**
   * Takes a message for sending. The same key with the same request within 24 h gives the same message, also when
   * both come at once.
   * Media named by an address is fetched first; the order within a chat is that of the answers.
   * @throws AppError NOT_FOUND, TENANT_ERASING, NOT_RUNNING, NEEDS_PERSON (with `reason`), INVALID_INPUT naming what is
   * wrong, TARGET_NOT_SENT, IDEMPOTENCY_MISMATCH, QUEUE_FULL, CONFLICT; for media by its address MEDIA_NOT_FETCHED,
   * BODY_TOO_LARGE, STORAGE_FULL
   */
  send(tenantId: TenantId, input: SendMessage, idempotencyKey?: string): Promise<MessageView>;
  /** Newest first. @throws AppError INVALID_INPUT naming cursor */
  list(tenantId: TenantId, query: ListMessagesQuery): Promise<Page<MessageView>>;
  /** @throws AppError NOT_FOUND */
  get(tenantId: TenantId, messageId: string): Promise<MessageView>;
  /** Takes back a message that still waits. A repeat answers the same. @throws AppError NOT_FOUND, NOT_CANCELLABLE */
  cancel(tenantId: TenantId, messageId: string): Promise<MessageView>;
  /**
   * Ends an UNCERTAIN message by what a person found out, or has it sent once more under the same id.
   * @throws AppError NOT_FOUND, NOT_UNCERTAIN
   */
  resolve(tenantId: TenantId, messageId: string, input: ResolveMessage, by: string): Promise<MessageView>;
}

const messageIdPattern = /^msg_[0-9a-z]{26}$/;

export function createMessageService(deps: {
  db: Database;
  commit: CommitWithEvents;
  outbox: { wake(tenantId: TenantId): void };
  expiry: { schedule(expiresAt: Date): void };
  fetchMedia: PrepareDeps['fetchMedia'];
  newId: NewId;
  now: () => Date;
}): MessageService {
  const { db } = deps;
  const accept = createAcceptMessage(deps);
  const get = async (tenantId: TenantId, messageId: string) => {
    const row = await db.message.findFirst({ where: { id: messageId, tenantId }, include: messageInclude });
    if (!row) throw new AppError('NOT_FOUND');
    return messageView(row);
  };

  /** What is to be sent and has no media has nothing beside its row. */
  const shown = async (row: Message) =>
    row.mediaId === null
      ? messageView({ ...row, media: null, mediaDownload: null })
      : get(row.tenantId as TenantId, row.id);

  return {
    get,

    async send(tenantId, input, idempotencyKey) {
      const request = {
        tenantId,
        requestHash: requestHashOf(input),
        idempotencyKey: idempotencyKey ?? null,
        expiresAt: input.expiresAt === undefined ? null : new Date(input.expiresAt),
      };
      const [earlier] = await findEarlier(db, [request], deps.now());
      if (earlier instanceof AppError) throw earlier;
      if (earlier) return shown(earlier);
      const message = await prepareMessage(deps, tenantId, input);
      const accepted = await accept({ request, message });
      if (accepted.isNew) {
        if (accepted.row.expiresAt) deps.expiry.schedule(accepted.row.expiresAt);
        deps.outbox.wake(tenantId);
      }
      return shown(accepted.row);
    },

    async list(tenantId, { direction, status, chatId, limit, cursor }) {
      const before = cursor === undefined ? undefined : decodeCursor('messages', messageIdPattern, cursor);
      const rows = await db.message.findMany({
        where: { tenantId, direction, status, chatId, id: { lt: before } },
        include: messageInclude,
        orderBy: { id: 'desc' },
        take: limit + 1,
      });
      const page = pageFrom('messages', rows, limit, ({ id }) => id);
      return { ...page, items: page.items.map(messageView) };
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

    async resolve(tenantId, messageId, { outcome }, by) {
      await get(tenantId, messageId);
      const expiresAt = await resolveMessage(deps, { id: messageId, tenantId }, { outcome, by });
      if (expiresAt) {
        deps.expiry.schedule(expiresAt);
        deps.outbox.wake(tenantId);
      }
      return get(tenantId, messageId);
    },
  };
}
