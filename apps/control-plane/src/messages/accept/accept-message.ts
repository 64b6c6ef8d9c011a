import { AppError, idPrefixes } from '@wafleet/contracts';
import { Prisma, type Database, type Message } from '@wafleet/db';
import { inBatches } from '../../scheduling/batches';
import type { NewId } from '../../new-id';
import type { CommitWithEvents } from '../../tenants/commit-with-events';
import { findEarlier, type SendRequest } from './earlier-messages';
import { findSenders } from './find-senders';
import type { PreparedMessage } from './prepare-message';

const maxWaitingPerChat = 50;
const queueFullRetrySeconds = 30;
const dayMs = 24 * 60 * 60 * 1_000;
/** Of what names no end. */
export const defaultLifeMs = dayMs;
const maxLifeMs = 7 * dayMs;
/** Requests that are looked at and stored together. */
const maxTogether = 100;

/** A message with the request that asks for it. */
interface Asked {
  request: SendRequest;
  message: PreparedMessage;
}

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

/**
 * Stores messages to be sent as QUEUED. Ids give the order of sending; it is that of the calls.
 * @throws AppError as MessageService.send
 */
export function createAcceptMessage(deps: Deps): (asked: Asked) => Promise<Acceptance> {
  const accept = inBatches<Asked, Acceptance | AppError>(maxTogether, (asked) => acceptAll(deps, asked));
  return async (asked) => {
    const outcome = await accept(asked).catch((error: unknown) => {
      throw isMediaGone(error) ? new AppError('CONFLICT', { cause: error }) : error;
    });
    if (outcome instanceof AppError) throw outcome;
    return outcome;
  };
}

/** The refusal of one is its outcome, because it is none of the others'. */
async function acceptAll(deps: Deps, asked: readonly Asked[]): Promise<(Acceptance | AppError)[]> {
  const now = deps.now();
  const requests = asked.map(({ request }) => request);
  const earlier = await findEarlier(deps.db, requests, now);
  const chats = asked.map(({ request, message }) => ({ tenantId: request.tenantId, chatId: message.chatId }));
  const senders = await findSenders(deps.db, chats);

  const planned = asked.map(({ request, message }, index): NewRow | Acceptance | AppError => {
    const known = earlier[index];
    if (known) return repeatOf(known);
    const expiresAt = expiryOf(request, now);
    if (expiresAt instanceof AppError) return expiresAt;
    const sender = senders[index] ?? new AppError('NOT_FOUND');
    if (sender instanceof AppError) return sender;
    if (sender.waiting >= maxWaitingPerChat)
      return new AppError('QUEUE_FULL', { retryAfterSeconds: queueFullRetrySeconds });
    sender.waiting += 1;
    const id = deps.newId(idPrefixes.message);
    return newRow(request, message, { id, accountId: sender.accountId, expiresAt, now });
  });

  const rows = planned.filter(isNewRow);
  const stored = await store(deps, rows, now);
  // A key that was taken since, or by another request of these.
  const late = stored.size === rows.length ? [] : await findEarlier(deps.db, requests, now);
  return planned.map((plan, index) => {
    if (!isNewRow(plan)) return plan;
    const row = stored.get(plan.id);
    return row ? { row, isNew: true } : repeatOf(late[index] ?? new AppError('IDEMPOTENCY_MISMATCH'));
  });
}

function repeatOf(earlier: Message | AppError): Acceptance | AppError {
  return earlier instanceof AppError ? earlier : { row: earlier, isNew: false };
}

function expiryOf({ expiresAt }: SendRequest, now: Date): Date | AppError {
  if (expiresAt === null) return new Date(now.getTime() + defaultLifeMs);
  const lifeMs = expiresAt.getTime() - now.getTime();
  if (lifeMs > 0 && lifeMs <= maxLifeMs) return expiresAt;
  const message = lifeMs <= 0 ? 'must be in the future' : 'must be within 7 days';
  return new AppError('INVALID_INPUT', { fields: [{ field: 'expiresAt', message }] });
}

type NewRow = ReturnType<typeof newRow>;

function newRow(
  { tenantId, idempotencyKey, requestHash }: SendRequest,
  message: PreparedMessage,
  facts: { id: string; accountId: string | null; expiresAt: Date; now: Date },
) {
  return {
    id: facts.id,
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
  } as const;
}

function isNewRow(plan: NewRow | Acceptance | AppError): plan is NewRow {
  return 'id' in plan;
}

/** The rows that are stored, by their ids; not those whose key is taken. */
async function store(
  { commit }: Deps,
  rows: readonly NewRow[],
  at: Date,
): Promise<ReadonlyMap<string, Message>> {
  if (rows.length === 0) return new Map();
  const stored = await commit(async (tx) => {
    const result = await tx.message.createManyAndReturn({ data: [...rows], skipDuplicates: true });
    const events = rows
      .filter(({ id }) => result.some((row) => row.id === id))
      .map(({ id, tenantId, status }) => ({
        tenantId,
        type: 'message.status' as const,
        at,
        data: { messageId: id, status },
      }));
    return { events, result };
  });
  return new Map(stored.map((row) => [row.id, row]));
}

/** It was deleted since it was looked at. */
function isMediaGone(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2003';
}
