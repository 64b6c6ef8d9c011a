import { createHash } from 'node:crypto';
import { AppError, idPrefixes, type TenantId } from '@wafleet/contracts';
import { Prisma, type Database, type Message } from '@wafleet/db';
import type { NewId } from '../../new-id';
import type { CommitWithEvents } from '../../tenants/commit-with-events';
import { idempotencyKeyLifeMs } from '../idempotency-keys';
import type { PreparedMessage } from './prepare-message';
import { requireSender } from './require-sender';

const maxWaitingPerChat = 50;
const queueFullRetrySeconds = 30;
const dayMs = 24 * 60 * 60 * 1_000;
/** Of what names no end. */
export const defaultLifeMs = dayMs;
const maxLifeMs = 7 * dayMs;

interface Acceptance {
  row: Message;
  /** False where an earlier request with the same key made the row. */
  isNew: boolean;
}

interface Deps {
  db: Database;
  commit: CommitWithEvents;
  newId: NewId;
  now: () => Date;
}

export interface SendRequest {
  tenantId: TenantId;
  /** Of the request as it came. */
  requestHash: string;
  idempotencyKey: string | null;
  expiresAt: Date | null;
}

export function requestHashOf(input: unknown): string {
  return createHash('sha256').update(JSON.stringify(input)).digest('hex');
}

/**
 * Stores a message to be sent as QUEUED. Ids give the order of sending: call it for one message of a chat at a time.
 * @throws AppError as MessageService.send
 */
export async function acceptMessage(
  deps: Deps,
  request: SendRequest,
  message: PreparedMessage,
): Promise<Acceptance> {
  const now = deps.now();
  const earlier = await findEarlier(deps.db, request, now);
  if (earlier) return { row: earlier, isNew: false };
  const expiresAt = expiryOf(request, now);
  const accountId = await requireSender(deps.db, request.tenantId);
  await requireRoom(deps.db, request.tenantId, message.chatId);
  try {
    const row = await store(deps, request, message, { expiresAt, accountId, now });
    return { row, isNew: true };
  } catch (error) {
    // Another request took the key in the meantime, for another chat.
    if (isTaken(error, 'P2002')) throw new AppError('IDEMPOTENCY_MISMATCH', { cause: error });
    // The media was deleted in the meantime.
    if (isTaken(error, 'P2003')) throw new AppError('CONFLICT', { cause: error });
    throw error;
  }
}

/**
 * The message that an earlier request with this key made. A key past its life is given free.
 * @throws AppError IDEMPOTENCY_MISMATCH
 */
export async function findEarlier(
  db: Database,
  { tenantId, idempotencyKey, requestHash }: SendRequest,
  now: Date,
): Promise<Message | null> {
  if (idempotencyKey === null) return null;
  const where = { tenantId_idempotencyKey: { tenantId, idempotencyKey } };
  const row = await db.message.findUnique({ where });
  if (!row) return null;
  if (now.getTime() - row.createdAt.getTime() >= idempotencyKeyLifeMs) {
    await db.message.update({ where: { id: row.id }, data: { idempotencyKey: null, requestHash: null } });
    return null;
  }
  if (row.requestHash !== requestHash) throw new AppError('IDEMPOTENCY_MISMATCH');
  return row;
}

function expiryOf({ expiresAt }: SendRequest, now: Date): Date {
  if (expiresAt === null) return new Date(now.getTime() + defaultLifeMs);
  const lifeMs = expiresAt.getTime() - now.getTime();
  if (lifeMs > 0 && lifeMs <= maxLifeMs) return expiresAt;
  const message = lifeMs <= 0 ? 'must be in the future' : 'must be within 7 days';
  throw new AppError('INVALID_INPUT', { fields: [{ field: 'expiresAt', message }] });
}

async function requireRoom(db: Database, tenantId: TenantId, chatId: string): Promise<void> {
  const waiting = await db.message.count({ where: { tenantId, chatId, status: 'QUEUED' } });
  if (waiting >= maxWaitingPerChat)
    throw new AppError('QUEUE_FULL', { retryAfterSeconds: queueFullRetrySeconds });
}

async function store(
  { commit, newId }: Deps,
  { tenantId, idempotencyKey, requestHash }: SendRequest,
  message: PreparedMessage,
  facts: { expiresAt: Date; accountId: string | null; now: Date },
): Promise<Message> {
  return commit(async (tx) => {
    const row = await tx.message.create({
      data: {
        id: newId(idPrefixes.message),
        tenantId,
        accountId: facts.accountId,
        direction: 'OUTBOUND',
        status: 'QUEUED',
        chatId: message.chatId,
        fromMe: true,
        type: message.type,
        body: message.body,
        content: message.content ?? undefined,
        mentions: message.mentions,
        hasMedia: message.mediaId !== null,
        mediaId: message.mediaId,
        targetId: message.targetId,
        quotedId: message.quotedId,
        timestamp: facts.now,
        createdAt: facts.now,
        expiresAt: facts.expiresAt,
        idempotencyKey,
        requestHash: idempotencyKey === null ? null : requestHash,
      },
    });
    const data = { messageId: row.id, status: row.status };
    return { events: [{ tenantId, type: 'message.status', at: facts.now, data }], result: row };
  });
}

/** Ids are ours and new, so that the key is the only thing that can be taken, and media the only thing that can be gone. */
function isTaken(error: unknown, code: 'P2002' | 'P2003'): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === code;
}
