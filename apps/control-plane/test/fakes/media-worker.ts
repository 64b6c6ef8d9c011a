import { createHash } from 'node:crypto';
import {
  AppError,
  mediaPartBytes,
  type Command,
  type CommandResult,
  type TenantId,
} from '@wafleet/contracts';
import type { WorkerLinks } from '../../src/worker-link/worker-links';

type Fetch = Extract<Command, { kind: 'media.fetch' }>;
type FailureCode = Extract<CommandResult, { ok: false }>['code'];

/** How the worker meets one fetch. */
export type FetchBehaviour =
  | 'gives'
  /** Answers nothing until release(). */
  | 'hangs'
  /** Gives the first part, and no other until release(). */
  | 'hangs_after_a_part'
  /** The last byte of what it gives is another. */
  | 'damages'
  | 'dies'
  | FailureCode;

/** A worker whose page has the media that were put there, by the id of their message. */
export function createMediaWorker() {
  const stored = new Map<string, Buffer>();
  const held = new Map<string, { bytes: Buffer; behaviour: FetchBehaviour }>();
  const fetches: Fetch[] = [];
  let behaviour: FetchBehaviour[] = [];
  let isLinked = true;
  let underWay = 0;
  let maxUnderWay = 0;
  const waiting: (() => void)[] = [];

  const refusal = (code: FailureCode): CommandResult => ({ ok: false, code, message: '', nothingSent: true });
  const hang = () => new Promise<void>((resolve) => waiting.push(resolve));

  async function fetch(command: Fetch): Promise<CommandResult> {
    fetches.push(command);
    const meets = behaviour.length > 1 ? behaviour.shift() : behaviour[0];
    const bytes = stored.get(command.key.id ?? '');
    switch (meets ?? 'gives') {
      case 'hangs':
        await hang();
        break;
      case 'dies':
        isLinked = false;
        throw new AppError('WORKER_TIMEOUT');
      case 'gives':
      case 'damages':
      case 'hangs_after_a_part':
        break;
      default:
        return refusal(meets as FailureCode);
    }
    if (!bytes) return refusal('target_missing');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const given = Buffer.from(bytes);
    if (meets === 'damages') given[given.length - 1] = (given.at(-1) ?? 0) ^ 1;
    held.set(command.fetchId, { bytes: given, behaviour: meets ?? 'gives' });
    return { ok: true, value: { sizeBytes: bytes.length, sha256 } };
  }

  async function answer(command: Command): Promise<CommandResult> {
    switch (command.kind) {
      case 'media.fetch':
        return fetch(command);
      case 'media.read': {
        const found = held.get(command.fetchId);
        if (!found) return refusal('media_missing');
        if (found.behaviour === 'hangs_after_a_part' && command.offset > 0) await hang();
        const part = found.bytes.subarray(command.offset, command.offset + mediaPartBytes);
        return { ok: true, value: { data: part.toString('base64') } };
      }
      case 'media.drop':
        held.delete(command.fetchId);
        return { ok: true, value: {} };
      default:
        throw new Error(`not scripted: ${command.kind}`);
    }
  }

  const links: WorkerLinks = {
    current: () => (isLinked ? { generation: 1, linkId: 'link-1' } : null),
    command: (async (_tenantId: TenantId, _id: string, command: Command) => {
      if (!isLinked) throw new AppError('NOT_RUNNING');
      const isFetch = command.kind === 'media.fetch';
      if (isFetch) maxUnderWay = Math.max(maxUnderWay, (underWay += 1));
      try {
        return { generation: 1, result: await answer(command) };
      } finally {
        if (isFetch) underWay -= 1;
      }
    }) as WorkerLinks['command'],
  };

  return {
    links,
    fetches,
    held,
    put: (waMessageId: string, bytes: Buffer) => void stored.set(waMessageId, bytes),
    /** One behaviour for each fetch from now on; the last one goes on. */
    behave: (...next: FetchBehaviour[]) => void (behaviour = next),
    setLinked: (linked: boolean) => void (isLinked = linked),
    release() {
      for (const go of waiting.splice(0)) go();
    },
    get maxUnderWay() {
      return maxUnderWay;
    },
  };
}
