import { createHash } from 'node:crypto';
import {
  AppError,
  idPrefixes,
  pageActValues,
  pageReadValues,
  type CommandResult,
  type PageAct,
  type PageActValue,
  type PageRead,
  type PageReadValue,
  type TenantId,
} from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { z } from 'zod';
import { requireSender } from '../messages/accept/find-senders';
import type { NewId } from '../new-id';
import type { WorkerLinks } from '../worker-link/worker-links';

const readTimeoutMs = 25_000;
const actTimeoutMs = 40_000;

/**
 * Questions to a tenant's page, and acts in it. Nothing is queued: without a connected session they are refused.
 * All reject with AppError NOT_FOUND, TENANT_ERASING, NOT_RUNNING, NEEDS_PERSON, UNAVAILABLE, WORKER_TIMEOUT,
 * CAPABILITY_MISSING (with `capability`), NOT_ALLOWED_BY_WHATSAPP, INVALID_INPUT naming the `field` that WhatsApp does not know.
 */
export interface PageRequests {
  read<Read extends PageRead>(
    tenantId: TenantId,
    read: Read,
    field?: string,
  ): Promise<PageReadValue<Read['name']>>;
  /** @param key repeated with the same act it gives the first one's outcome, as long as the worker lives */
  act<Act extends PageAct>(
    tenantId: TenantId,
    act: Act,
    options?: { field?: string; key?: string | undefined },
  ): Promise<PageActValue<Act['name']>>;
}

export function createPageRequests(deps: {
  db: Database;
  links: Pick<WorkerLinks, 'command'>;
  newId: NewId;
  now: () => Date;
}): PageRequests {
  const { links, newId } = deps;
  /** Whoever may not send now, may not do these either. */
  const mustRun = (tenantId: TenantId) => requireSender(deps.db, { tenantId, chatId: '' });

  return {
    async read<Read extends PageRead>(tenantId: TenantId, read: Read, field?: string) {
      await mustRun(tenantId);
      const command = { kind: 'page.read' as const, read };
      const { result } = await links.command(tenantId, newId(idPrefixes.command), command, readTimeoutMs);
      return valueOf(pageReadValues[read.name], result, field) as PageReadValue<Read['name']>;
    },

    async act<Act extends PageAct>(
      tenantId: TenantId,
      act: Act,
      { field, key }: { field?: string; key?: string | undefined } = {},
    ) {
      await mustRun(tenantId);
      const notAfter = deps.now().getTime() + actTimeoutMs;
      const id = key === undefined ? newId(idPrefixes.command) : commandIdOf(key, act);
      const command = { kind: 'page.act' as const, act, notAfter };
      const { result } = await links.command(tenantId, id, command, actTimeoutMs);
      return valueOf(pageActValues[act.name], result, field) as PageActValue<Act['name']>;
    },
  };
}

/** The same for the same: a worker that has done it answers what came of it. */
function commandIdOf(key: string, act: PageAct): string {
  return `${idPrefixes.command}_${createHash('sha256')
    .update(JSON.stringify([key, act]))
    .digest('hex')}`;
}

function valueOf(schema: z.ZodType, result: CommandResult, field: string | undefined): unknown {
  if (!result.ok) throw refusal(result, field);
  const value = schema.safeParse(result.value);
  // What a worker says of its page is a stranger's word.
  if (!value.success)
    throw new AppError('UNAVAILABLE', { internal: `answer of a worker: ${value.error.message}` });
  return value.data;
}

function refusal(result: Extract<CommandResult, { ok: false }>, field: string | undefined): AppError {
  const internal = `${result.code}: ${result.message}`;
  switch (result.code) {
    case 'capability_missing':
      return new AppError('CAPABILITY_MISSING', { internal, extra: { capability: result.message } });
    case 'not_allowed':
      return new AppError('NOT_ALLOWED_BY_WHATSAPP', { internal });
    case 'invalid_recipient':
      return new AppError('INVALID_INPUT', {
        fields: [{ field: field ?? 'chatId', message: 'is not known to WhatsApp, or not ours' }],
      });
    case 'media_unreadable':
      return new AppError('INVALID_INPUT', {
        fields: [{ field: field ?? 'mediaId', message: 'is not a picture that can be read' }],
      });
    case 'target_missing':
      return new AppError('NOT_FOUND', { internal });
    case 'timed_out':
    case 'too_late':
      return new AppError('WORKER_TIMEOUT', { internal });
    case 'unknown_command':
      return new AppError('UNAVAILABLE', {
        detail: 'The worker of this session is older; restart it.',
        internal,
      });
    default:
      return new AppError('UNAVAILABLE', { detail: 'The session can not do this just now.', internal });
  }
}
