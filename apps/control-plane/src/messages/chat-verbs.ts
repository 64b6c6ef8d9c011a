import { AppError, idPrefixes, type Command, type TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { NewId } from '../new-id';
import type { WorkerLinks } from '../worker-link/worker-links';
import { requireSender } from './accept/find-senders';

const timeoutMs = 10_000;

/**
 * What is shown in a chat without a message. Best effort and of the moment: nothing is queued, and where the session is
 * not connected just now it is refused.
 */
export interface ChatVerbs {
  /** @throws AppError NOT_FOUND, TENANT_ERASING, NOT_RUNNING, NEEDS_PERSON, UNAVAILABLE, WORKER_TIMEOUT, INVALID_INPUT naming chatId */
  showState(tenantId: TenantId, chatId: string, state: 'typing' | 'recording' | 'paused'): Promise<void>;
  /** As showState(). */
  markSeen(tenantId: TenantId, chatId: string): Promise<void>;
}

export function createChatVerbs(deps: { db: Database; links: WorkerLinks; newId: NewId }): ChatVerbs {
  async function ask(
    tenantId: TenantId,
    command: Extract<Command, { kind: 'chat.state' | 'chat.seen' }>,
  ): Promise<void> {
    await requireSender(deps.db, { tenantId, chatId: command.chatId });
    const id = deps.newId(idPrefixes.command);
    const { result } = await deps.links.command<typeof command.kind>(tenantId, id, command, timeoutMs);
    if (result.ok) return;
    if (result.code === 'invalid_recipient')
      throw new AppError('INVALID_INPUT', {
        fields: [{ field: 'chatId', message: 'WhatsApp has no such chat' }],
      });
    throw new AppError('UNAVAILABLE', {
      detail: 'The session is not connected just now.',
      internal: result.message,
    });
  }

  return {
    showState: (tenantId, chatId, state) => ask(tenantId, { kind: 'chat.state', chatId, state }),
    markSeen: (tenantId, chatId) => ask(tenantId, { kind: 'chat.seen', chatId }),
  };
}
