import type { TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { Logger } from '@wafleet/runtime';
import type { MediaStore } from '../../media/media-store';
import type { NewId } from '../../new-id';
import type { CommitWithEvents } from '../../tenants/commit-with-events';
import type { WorkerLinks } from '../../worker-link/worker-links';
import type { MessageEventApplier } from '../inbox/apply-message-events';
import { changeStatus } from '../change-status';
import type { Learnt, SendStep } from './next-send-step';
import type { OpenMessage } from './open-messages';
import { requeue, type Attempt, type BeginAttempt } from './begin-attempt';
import { giveToWorker, lookInChat } from './send-attempt';
import { isChange } from '../change-type';
import { paceOf } from './send-pace';

export interface SendDeps {
  db: Database;
  begin: BeginAttempt;
  links: WorkerLinks;
  mediaStore: Pick<MediaStore, 'read'>;
  /** Of tenants without a pace of their own; 0: none. */
  sendsPerMinute: number;
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
      const pace = paceOf(message.sendsPerMinute ?? deps.sendsPerMinute);
      const attempt = await deps.begin({ message, generation, pace });
      return attempt && giveToWorker(deps, tenantId, attempt);
    }
    case 'repeat':
      return giveToWorker(deps, tenantId, attemptOf(message));
    case 'look':
      return lookInChat(deps, tenantId, attemptOf(message));
    case 'requeue':
      await requeue(deps.db, message);
      return null;
    case 'finish':
      await changeStatus(deps, { id: message.id, tenantId }, { status: 'SENT', failure: null });
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
  if (waMessageId === null) throw new Error('what has no id is not acknowledged');
  const key = { id: waMessageId, fromMe: true, chatId: message.chatId, sender: '' };
  const event = { kind: 'message.ack' as const, key, ack };
  const fact = { tenantId, accountId: null, generation, event };
  await deps.commit(
    async (tx) => ({ events: await deps.applyMessageEvents(tx, [fact]), result: undefined }),
    'statements',
  );
}

/** The attempt that the row tells of. */
function attemptOf(message: OpenMessage): Attempt {
  const { waMessageId, generation, attempts } = message;
  if ((waMessageId === null && !isChange(message.type)) || generation === null)
    throw new Error('a message that was not begun has no attempt');
  return { message, waMessageId, generation, number: attempts };
}
