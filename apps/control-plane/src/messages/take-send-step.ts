import type { TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { Logger } from '@wafleet/runtime';
import type { NewId } from '../new-id';
import type { CommitWithEvents } from '../tenants/commit-with-events';
import type { WorkerLinks } from '../worker-link/worker-links';
import type { MessageEventApplier } from './apply-message-events';
import { changeStatus } from './change-status';
import type { Learnt, SendStep } from './next-send-step';
import type { OpenMessage } from './open-messages';
import { beginAttempt, giveToWorker, lookInChat, requeue, type Attempt } from './send-attempt';

export interface SendDeps {
  db: Database;
  links: WorkerLinks;
  commit: CommitWithEvents;
  log: Logger;
  applyMessageEvents: MessageEventApplier;
  newId: NewId;
  now: () => Date;
  /** In [0, 1). */
  random: () => number;
}

export type ActiveStep = Exclude<SendStep, { kind: 'wait' | 'later' }>;

/**
 * Does what nextSendStep() decided; returns what the worker's answer tells, or null where nobody was asked.
 * @param generation of the worker that is linked now
 */
export async function takeSendStep(
  deps: SendDeps,
  tenantId: TenantId,
  message: OpenMessage,
  step: ActiveStep,
  generation: number,
): Promise<Learnt | null> {
  switch (step.kind) {
    case 'begin': {
      const attempt = await beginAttempt(deps, message, generation);
      return attempt && giveToWorker(deps.links, tenantId, attempt);
    }
    case 'repeat':
      return giveToWorker(deps.links, tenantId, attemptOf(message));
    case 'look':
      return lookInChat(deps, tenantId, attemptOf(message));
    case 'requeue':
      await requeue(deps.db, message);
      return null;
    case 'acknowledge':
      await acknowledge(deps, tenantId, attemptOf(message), step.ack);
      return null;
    case 'end':
      await changeStatus(deps, { id: message.id, tenantId }, step);
      return null;
  }
}

/** An ack that came in an answer counts as one that came by itself. */
async function acknowledge(
  deps: SendDeps,
  tenantId: TenantId,
  { message, waMessageId, generation }: Attempt,
  ack: number,
): Promise<void> {
  const key = { id: waMessageId, fromMe: true, chatId: message.chatId, sender: '' };
  const event = { kind: 'message.ack' as const, key, ack };
  const fact = { tenantId, accountId: null, generation, event };
  await deps.commit(async (tx) => ({ events: await deps.applyMessageEvents(tx, [fact]), result: undefined }));
}

/** The attempt that the row tells of. */
function attemptOf(message: OpenMessage): Attempt {
  const { waMessageId, generation, attempts } = message;
  if (waMessageId === null || generation === null)
    throw new Error('a message that was not begun has no attempt');
  return { message, waMessageId, generation, number: attempts };
}
