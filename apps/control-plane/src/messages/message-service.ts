import {
  AppError,
  type CountMessagesQuery,
  errors,
  type ListMessagesQuery,
  type BulkResult,
  type Message as MessageView,
  type MessageCounts,
  type Page,
  type ResolveMessage,
  type SendBulk,
  type SendMessage,
  type TenantId,
} from '@wafleet/contracts';
import type { Message } from '@wafleet/db';
import type { CommitWithEvents } from '../tenants/commit-with-events';
import { decodeCursor, encodeCursor, pageFrom } from '../page-cursor';
import { askedOf, askedOfBulk, createTakeMessages, type TakeDeps } from './accept/take-messages';
import { changeStatus } from './change-status';
import { endOfReach, oldestIdOf, searchReach, textHolds } from './reading/message-search';
import { messageInclude, messageView } from './reading/message-view';
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
  /**
   * Takes many for sending, in their order. The refusal of one is its result, and none of the others'. Repeated under
   * its key, those that were taken are answered as they are, and those that were refused are asked for anew.
   */
  sendBulk(tenantId: TenantId, input: SendBulk, idempotencyKey?: string): Promise<BulkResult>;
  /** Newest first. @throws AppError INVALID_INPUT naming cursor */
  list(tenantId: TenantId, query: ListMessagesQuery): Promise<Page<MessageView>>;
  /** How many were received and sent in a time, those that wait or failed among them. */
  count(tenantId: TenantId, query: CountMessagesQuery): Promise<MessageCounts>;
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

const dayMs = 24 * 3_600_000;
const messageIdPattern = /^msg_[0-9a-z]{26}$/;

export function createMessageService(deps: TakeDeps & { commit: CommitWithEvents }): MessageService {
  const { db } = deps;
  const take = createTakeMessages(deps);
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
      const [taken = new AppError('NOT_FOUND')] = await take(tenantId, [askedOf(input, idempotencyKey)]);
      if (taken instanceof AppError) throw taken;
      return shown(taken);
    },

    async sendBulk(tenantId, input, idempotencyKey) {
      const taken = await take(tenantId, askedOfBulk(input, idempotencyKey, deps.now()));
      const items = await Promise.all(
        taken.map(async (one) =>
          one instanceof AppError
            ? { message: null, problem: problemOf(one) }
            : { message: await shown(one), problem: null },
        ),
      );
      return { accepted: items.filter(({ problem }) => problem === null).length, items };
    },

    async list(tenantId, { direction, status, chatId, after, before: until, q, limit, cursor }) {
      const before = cursor === undefined ? undefined : decodeCursor('messages', messageIdPattern, cursor);
      const isSearch = [q, after, until].some((part) => part !== undefined);
      const reach = isSearch ? await endOfReach(db, tenantId, before, searchReach) : null;
      const first = after === undefined ? null : oldestIdOf(new Date(after));
      const isLastPage = reach === null || (first !== null && first >= reach);
      const rows = await db.message.findMany({
        where: {
          ...{ tenantId, direction, status, chatId },
          id: { lt: before, gte: (isLastPage ? first : reach) ?? undefined },
          timestamp: { gte: after, lt: until },
          body: q === undefined ? undefined : textHolds(q),
        },
        include: messageInclude,
        orderBy: { id: 'desc' },
        take: limit + 1,
      });
      const page = pageFrom('messages', rows, limit, ({ id }) => id);
      const further = isLastPage ? null : encodeCursor('messages', reach);
      return { items: page.items.map(messageView), nextCursor: page.nextCursor ?? further };
    },

    async count(tenantId, { before, ...query }) {
      const after = query.after ?? new Date(deps.now().getTime() - dayMs).toISOString();
      const groups = await db.message.groupBy({
        by: ['direction'],
        where: {
          tenantId,
          id: { gte: oldestIdOf(new Date(after)) },
          timestamp: { gte: after, lt: before },
          isHistory: false,
        },
        _count: true,
      });
      const countOf = (direction: MessageView['direction']) =>
        groups.find((group) => group.direction === direction)?._count ?? 0;
      return { received: countOf('INBOUND'), sent: countOf('OUTBOUND') };
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

/** As a request of its own would be answered. */
function problemOf({ code, detail, fields }: AppError): BulkResult['items'][number]['problem'] {
  return { code, title: errors[code].title, detail: detail ?? null, errors: fields ?? [] };
}
