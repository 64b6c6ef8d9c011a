import { createHash } from 'node:crypto';
import { AppError, idPrefixes, type SendMessage, type TenantId } from '@wafleet/contracts';
import { Prisma, type Database, type Message } from '@wafleet/db';
import type { NewId } from '../new-id';
import type { CommitWithEvents } from '../tenants/commit-with-events';
import { idempotencyKeyLifeMs } from './idempotency-keys';
import { sendRefusal } from './send-refusal';

const maxWaitingPerChat = 50;
const queueFullRetrySeconds = 30;
const defaultLifeMs = 24 * 60 * 60 * 1_000;

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

interface Request {
  tenantId: TenantId;
  input: SendMessage;
  idempotencyKey: string | null;
}

/**
 * Stores a message to be sent as QUEUED. Ids give the order of sending: call it for one message of a chat at a time.
 * @throws AppError as MessageService.send
 */
export async function acceptMessage(deps: Deps, request: Request): Promise<Acceptance> {
  const now = deps.now();
  const requestHash = createHash('sha256').update(JSON.stringify(request.input)).digest('hex');
  const earlier = await findEarlier(deps.db, request, requestHash, now);
  if (earlier) return { row: earlier, isNew: false };
  const expiresAt = expiryOf(request.input, now);
  const accountId = await currentAccount(deps.db, request.tenantId);
  await requireRoom(deps.db, request);
  try {
    const row = await store(deps, request, { requestHash, expiresAt, accountId, now });
    return { row, isNew: true };
  } catch (error) {
    // Another request took the key in the meantime, for another chat.
    if (isTakenKey(error)) throw new AppError('IDEMPOTENCY_MISMATCH', { cause: error });
    throw error;
  }
}

/**
 * The message that an earlier request with this key made. A key past its life is given free.
 * @throws AppError IDEMPOTENCY_MISMATCH
 */
async function findEarlier(
  db: Database,
  { tenantId, idempotencyKey }: Request,
  requestHash: string,
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

function expiryOf(input: SendMessage, now: Date): Date {
  if (input.expiresAt === undefined) return new Date(now.getTime() + defaultLifeMs);
  const expiresAt = new Date(input.expiresAt);
  if (expiresAt > now) return expiresAt;
  throw new AppError('INVALID_INPUT', {
    fields: [{ field: 'expiresAt', message: 'must be in the future' }],
  });
}

/**
 * The account that is to send it; null before the first link.
 * @throws AppError NOT_FOUND, or why the tenant takes no message
 */
async function currentAccount(db: Database, tenantId: TenantId): Promise<string | null> {
  const tenant = await db.tenant.findUnique({
    where: { id: tenantId },
    select: {
      desiredState: true,
      parkedReason: true,
      status: true,
      statusReason: true,
      session: { select: { accountId: true } },
    },
  });
  if (!tenant) throw new AppError('NOT_FOUND');
  const refusal = sendRefusal(tenant);
  if (refusal) throw new AppError(refusal.code, { extra: { reason: refusal.reason } });
  return tenant.session?.accountId ?? null;
}

async function requireRoom(db: Database, { tenantId, input }: Request): Promise<void> {
  const waiting = await db.message.count({ where: { tenantId, chatId: input.chatId, status: 'QUEUED' } });
  if (waiting >= maxWaitingPerChat)
    throw new AppError('QUEUE_FULL', { retryAfterSeconds: queueFullRetrySeconds });
}

async function store(
  { commit, newId }: Deps,
  { tenantId, input, idempotencyKey }: Request,
  facts: { requestHash: string; expiresAt: Date; accountId: string | null; now: Date },
): Promise<Message> {
  return commit(async (tx) => {
    const row = await tx.message.create({
      data: {
        id: newId(idPrefixes.message),
        tenantId,
        accountId: facts.accountId,
        direction: 'OUTBOUND',
        status: 'QUEUED',
        chatId: input.chatId,
        fromMe: true,
        body: input.body,
        timestamp: facts.now,
        createdAt: facts.now,
        expiresAt: facts.expiresAt,
        idempotencyKey,
        requestHash: idempotencyKey === null ? null : facts.requestHash,
      },
    });
    const data = { messageId: row.id, status: row.status };
    return { events: [{ tenantId, type: 'message.status', at: facts.now, data }], result: row };
  });
}

/** Ids are ours and new, so that the key is the only thing that can be taken. */
function isTakenKey(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}
