import { AppError, type SendBulk, type SendMessage, type TenantId } from '@wafleet/contracts';
import type { Database, Message } from '@wafleet/db';
import type { NewId } from '../../new-id';
import type { StoreWithEvents } from '../../tenants/store-with-events';
import { createAcceptMessage } from './accept-message';
import { findEarlier, requestHashOf, type SendRequest } from './earlier-messages';
import { prepareMessage, type PrepareDeps } from './prepare-message';

/** A message that is asked for, with what is not said in it. */
export interface AskedMessage {
  input: SendMessage;
  idempotencyKey: string | null;
  sendAt: Date | null;
}

/** What became of one: its row, also where an earlier request made it, or its refusal. */
export type Taken = Message | AppError;

export interface TakeDeps extends PrepareDeps {
  db: Database;
  store: StoreWithEvents;
  outbox: { wake(tenantId: TenantId): void; wakeAt(sendAt: Date): void };
  expiry: { schedule(expiresAt: Date): void };
  newId: NewId;
  now: () => Date;
}

/**
 * Takes messages for sending, those of one call in their order: each is accepted when all of them are prepared.
 * Rejects with what is no refusal of a message.
 */
export function createTakeMessages(
  deps: TakeDeps,
): (tenantId: TenantId, asked: readonly AskedMessage[]) => Promise<Taken[]> {
  const { db, outbox, expiry } = deps;
  const accept = createAcceptMessage(deps);

  return async (tenantId, asked) => {
    const requests = asked.map((one) => requestOf(tenantId, one));
    const earlier = await findEarlier(db, requests, deps.now());
    const prepared = await Promise.all(
      asked.map(async ({ input }, index) => {
        return earlier[index] ?? refusalAsValue(prepareMessage(deps, tenantId, input));
      }),
    );
    return Promise.all(
      prepared.map(async (message, index): Promise<Taken> => {
        if (message instanceof AppError || 'tenantId' in message) return message;
        const request = requests[index] as SendRequest;
        const accepted = await refusalAsValue(accept({ request, message }));
        if (accepted instanceof AppError) return accepted;
        // The answer goes first.
        if (accepted.isNew) setImmediate(announce, accepted.row);
        return accepted.row;
      }),
    );
  };

  function announce({ tenantId, sendAt, expiresAt }: Message): void {
    if (expiresAt) expiry.schedule(expiresAt);
    if (sendAt) outbox.wakeAt(sendAt);
    else outbox.wake(tenantId as TenantId);
  }
}

/** One message under its own key, at the time that it names. */
export function askedOf(input: SendMessage, idempotencyKey: string | undefined): AskedMessage {
  return { input, idempotencyKey: idempotencyKey ?? null, sendAt: sendAtOf(input) };
}

/**
 * The messages of a bulk: each with a key of its own below that of the request (no key of a single message has a space),
 * and, where they are to have a pace, each its time after the one before.
 */
export function askedOfBulk(
  { messages, perMinute }: SendBulk,
  idempotencyKey: string | undefined,
  now: Date,
): AskedMessage[] {
  return messages.map((input, place) => {
    const own = sendAtOf(input);
    const laterMs = perMinute === undefined ? 0 : Math.round((place * 60_000) / perMinute);
    return {
      input,
      idempotencyKey: idempotencyKey === undefined ? null : `${idempotencyKey} ${place}`,
      sendAt: laterMs === 0 ? own : new Date((own ?? now).getTime() + laterMs),
    };
  });
}

/** What is said of another message is said at once. */
function sendAtOf(input: SendMessage): Date | null {
  return 'sendAt' in input && input.sendAt !== undefined ? new Date(input.sendAt) : null;
}

function requestOf(tenantId: TenantId, { input, idempotencyKey, sendAt }: AskedMessage): SendRequest {
  const expiresAt = input.expiresAt === undefined ? null : new Date(input.expiresAt);
  return { tenantId, requestHash: requestHashOf(input), idempotencyKey, sendAt, expiresAt };
}

async function refusalAsValue<T>(attempt: Promise<T>): Promise<T | AppError> {
  try {
    return await attempt;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
