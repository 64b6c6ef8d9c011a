import { createHash } from 'node:crypto';
import { AppError, idPrefixes, waMessageIdFrom, type Command, type TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { NewId } from '../new-id';
import type { WorkerLinks } from '../worker-link/worker-links';
import type { Learnt } from './next-send-step';
import type { OpenMessage } from './open-messages';

const sendTimeoutMs = 30_000;
const lookTimeoutMs = 15_000;

/** A message that is committed as SENDING. */
export interface Attempt {
  message: OpenMessage;
  waMessageId: string;
  generation: number;
  number: number;
}

/**
 * Commits that this generation of the worker is given the message, with the id it will have at WhatsApp; the intent
 * before the act. Null where the message changed meanwhile, for example because it was cancelled.
 */
export async function beginAttempt(
  deps: { db: Database; now: () => Date },
  message: OpenMessage,
  generation: number,
): Promise<Attempt | null> {
  const waMessageId = message.waMessageId ?? waMessageIdOf(message.id);
  const number = message.attempts + 1;
  const { count } = await deps.db.message.updateMany({
    where: { id: message.id, status: message.status, attempts: message.attempts },
    data: {
      status: 'SENDING',
      generation,
      accountId: message.linkedAccountId ?? undefined,
      waMessageId,
      attempts: number,
      sendingAt: deps.now(),
    },
  });
  return count === 0 ? null : { message, waMessageId, generation, number };
}

/** Back into the queue, because nothing was sent. */
export async function requeue(db: Database, message: OpenMessage): Promise<void> {
  await db.message.updateMany({
    where: { id: message.id, status: 'SENDING', attempts: message.attempts },
    data: { status: 'QUEUED' },
  });
}

/** Gives the message to the worker; repeating it for the same attempt asks for the remembered result. */
export async function giveToWorker(
  links: WorkerLinks,
  tenantId: TenantId,
  attempt: Attempt,
): Promise<Learnt> {
  const { message, waMessageId } = attempt;
  // A worker that was started meanwhile remembers nothing, and would send it without having looked.
  if (links.current(tenantId)?.generation !== attempt.generation) return { kind: 'silence' };
  // The attempt is part of the id, because the worker remembers a refusal too.
  const commandId = `${message.id}:${attempt.generation}:${attempt.number}`;
  const command: Extract<Command, { kind: 'message.send' }> = {
    kind: 'message.send',
    waMessageId,
    chatId: message.chatId,
    content: { type: 'text', body: message.body },
    notAfter: message.expiresAt.getTime(),
  };
  const answer = await unlessSilent(
    links.command<'message.send'>(tenantId, commandId, command, sendTimeoutMs),
  );
  if (!answer) return { kind: 'silence' };
  if (answer.result.ok) return { kind: 'in_page', ack: answer.result.value.ack };
  // Only the generation that was given the message can vouch that nothing was sent.
  const isCertain = answer.result.nothingSent && answer.generation === attempt.generation;
  return isCertain ? { kind: 'refused', code: answer.result.code } : { kind: 'unclear' };
}

/** Asks the worker whether the message is in its chat. */
export async function lookInChat(
  deps: { links: WorkerLinks; newId: NewId },
  tenantId: TenantId,
  { message, waMessageId }: Attempt,
): Promise<Learnt> {
  const answer = await unlessSilent(
    deps.links.command<'message.find'>(
      tenantId,
      deps.newId(idPrefixes.command),
      { kind: 'message.find', waMessageId, chatId: message.chatId },
      lookTimeoutMs,
    ),
  );
  if (!answer?.result.ok) return { kind: 'look_failed' };
  const { found, ack } = answer.result.value;
  return found ? { kind: 'in_page', ack: ack ?? 0 } : { kind: 'absent' };
}

/** The answer, or null where no link or no answer in time leaves the outcome open. */
async function unlessSilent<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AppError && (error.code === 'NOT_RUNNING' || error.code === 'WORKER_TIMEOUT'))
      return null;
    throw error;
  }
}

function waMessageIdOf(messageId: string): string {
  return waMessageIdFrom(createHash('sha256').update(messageId).digest('hex'));
}
