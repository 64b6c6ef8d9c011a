import { AppError, idPrefixes } from '@wafleet/contracts';
import type { Database, Message } from '@wafleet/db';
import { inBatches } from '../../scheduling/batches';
import type { NewId } from '../../new-id';
import type { StoreWithEvents } from '../../tenants/store-with-events';
import { findEarlier, type SendRequest } from './earlier-messages';
import { findSenders, type Sender } from './find-senders';
import { timesOf } from './message-times';
import type { PreparedMessage } from './prepare-message';
import { isReferenceGone, storeMessages, type NewOutgoing } from './store-messages';

const maxWaitingPerChat = 50;
const queueFullRetrySeconds = 30;
const maxScheduledPerTenant = 10_000;
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
  store: StoreWithEvents;
  newId: NewId;
  now: () => Date;
}

/**
 * Stores messages to be sent as QUEUED, or as SCHEDULED where their time is still to come. Ids give the order of sending; it is that of the calls.
 * @throws AppError as MessageService.send
 */
export function createAcceptMessage(deps: Deps): (asked: Asked) => Promise<Acceptance> {
  const accept = inBatches<Asked, Acceptance | AppError>(maxTogether, (asked) => acceptAll(deps, asked));
  return async (asked) => {
    const outcome = await accept(asked).catch((error: unknown) => {
      throw isReferenceGone(error) ? new AppError('CONFLICT', { cause: error }) : error;
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

  const planned = asked.map(({ request, message }, index): NewOutgoing | Acceptance | AppError => {
    const known = earlier[index];
    if (known) return repeatOf(known);
    const times = timesOf(request, now);
    if (times instanceof AppError) return times;
    const sender = senders[index] ?? new AppError('NOT_FOUND');
    if (sender instanceof AppError) return sender;
    const full = takePlace(sender, times.sendAt !== null);
    if (full) return full;
    const id = deps.newId(idPrefixes.message);
    return newRow(request, message, { id, accountId: sender.accountId, ...times, now });
  });

  const rows = planned.filter(isNewRow);
  const stored = await storeMessages(deps.store, rows);
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

/** Counts it among those that wait; the refusal where there are too many already. */
function takePlace(sender: Sender, isScheduled: boolean): AppError | null {
  if (isScheduled) {
    if (sender.scheduled >= maxScheduledPerTenant) return new AppError('TOO_MANY');
    sender.scheduled += 1;
    return null;
  }
  if (sender.waiting >= maxWaitingPerChat)
    return new AppError('QUEUE_FULL', { retryAfterSeconds: queueFullRetrySeconds });
  sender.waiting += 1;
  return null;
}

function newRow(
  { tenantId, idempotencyKey, requestHash }: SendRequest,
  message: PreparedMessage,
  facts: { id: string; accountId: string | null; sendAt: Date | null; expiresAt: Date; now: Date },
): NewOutgoing {
  const { now, ...rest } = facts;
  return {
    ...message,
    ...rest,
    tenantId,
    status: facts.sendAt === null ? 'QUEUED' : 'SCHEDULED',
    createdAt: now,
    idempotencyKey,
    requestHash: idempotencyKey === null ? null : requestHash,
  };
}

function isNewRow(plan: NewOutgoing | Acceptance | AppError): plan is NewOutgoing {
  return 'id' in plan;
}
