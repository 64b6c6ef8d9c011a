import type { TenantId } from '@wafleet/contracts';
import { createOutageLog } from '@wafleet/runtime';
import { nextSendStep, type SendFacts } from './next-send-step';
import type { OpenMessage } from './open-messages';
import { createLooks } from '../../scheduling/looks';
import { isChange } from '../change-type';
import { freshNote, isAwaitingAck, missed, noteAfter, type SendNote } from './send-note';
import { takeSendStep, type ActiveStep, type SendDeps } from './take-send-step';

/** Messages of one tenant, each of another chat, that are with its worker at the same time. */
const maxParallel = 16;
const retryLookMs = 1_000;

/** The sending of one tenant's messages. */
export interface TenantOutbox {
  /** Look again at what is open. Cheap to call often: calls while a look is under way become one more look. */
  wake(): void;
  /** True while the next message of this one's chat waits for what becomes of it. */
  isHolding(messageId: string): boolean;
  /** True when nothing is open, as far as was seen. */
  isIdle(): boolean;
  /** Begins nothing more; resolves when what is under way has ended. */
  stop(): Promise<void>;
}

export interface TenantOutboxDeps extends SendDeps {
  /** What is open, see loadOpenMessages(). */
  loadOpen: (tenantId: TenantId) => Promise<OpenMessage[]>;
}

/** One step per message per look, then the truth is read again. */
export function createTenantOutbox(deps: TenantOutboxDeps, tenantId: TenantId): TenantOutbox {
  const { now } = deps;
  const log = deps.log.child({ tenantId });
  const outage = createOutageLog(log, 'messages to be sent');
  const notes = new Map<string, SendNote>();
  const underWay = new Map<string, { hasMedia: boolean; work: Promise<void> }>();
  let timer: { at: number; handle: NodeJS.Timeout } | null = null;
  let isStopped = false;
  /** The last look left something to be begun when another one ends. */
  let isCrowded = false;
  const looks = createLooks({ look, outage, onFailed: () => wakeAt(now().getTime() + retryLookMs) });

  function wakeAt(at: number): void {
    if (isStopped || (timer && timer.at <= at)) return;
    if (timer) clearTimeout(timer.handle);
    const handle = setTimeout(
      () => {
        timer = null;
        looks.wake();
      },
      Math.max(0, at - now().getTime()),
    );
    timer = { at, handle };
  }

  async function look(): Promise<void> {
    const link = deps.links.current(tenantId);
    if (!link) return;
    // A message whose step ends while we read is read as it was before: the end of the step wakes another look.
    const busy = new Set(underWay.keys());
    const open = await deps.loadOpen(tenantId);
    const heads = new Set(open.map(({ id }) => id));
    for (const id of notes.keys()) if (!heads.has(id) && !underWay.has(id)) notes.delete(id);

    isCrowded = false;
    for (const message of open) {
      if (isStopped) return;
      if (underWay.size >= maxParallel) {
        isCrowded = true;
        return;
      }
      if (busy.has(message.id)) continue;
      const known = notes.get(message.id);
      const note = known?.generation === link.generation ? known : freshNote(link.generation);
      const step = nextSendStep(
        sendFacts(message, note, { now: now(), sendsPerMinute: deps.sendsPerMinute }),
      );
      if (step.kind === 'later') wakeAt(step.at);
      else if (step.kind === 'wait') continue;
      else if (isMediaWaiting(message)) isCrowded = true;
      else start(message, step, note);
    }
  }

  /** A page holds the bytes of one message at a time; the end of that one wakes another look. */
  function isMediaWaiting({ media }: OpenMessage): boolean {
    return media !== null && [...underWay.values()].some(({ hasMedia }) => hasMedia);
  }

  function start(message: OpenMessage, step: ActiveStep, note: SendNote): void {
    const at = () => ({ now: now().getTime(), random: deps.random() });
    const work = takeSendStep(deps, tenantId, message, step, note.generation)
      .then(
        (learnt) => noteAfter(note, step.kind, learnt, at()),
        (error: unknown) => {
          log.warn(
            { messageId: message.id, step: step.kind, err: error },
            'step of a send failed, is repeated',
          );
          return missed(note, at());
        },
      )
      .then((next) => {
        notes.set(message.id, next);
        underWay.delete(message.id);
        // Its ack wakes us, so that there is nothing to be seen before.
        if (isAwaitingAck(next) && !isCrowded) wakeAt(next.notBefore);
        else looks.wake();
      });
    underWay.set(message.id, { hasMedia: message.media !== null, work });
  }

  return {
    wake: looks.wake,
    isHolding: (messageId) => notes.has(messageId) || underWay.has(messageId),
    isIdle: () => !looks.isUnderWay() && timer === null && underWay.size === 0 && notes.size === 0,
    async stop() {
      isStopped = true;
      if (timer) clearTimeout(timer.handle);
      await looks.stop();
      await Promise.all([...underWay.values()].map(({ work }) => work));
    },
  };
}

function sendFacts(
  message: OpenMessage,
  note: SendNote,
  { now, sendsPerMinute }: { now: Date; sendsPerMinute: number },
): SendFacts {
  const hasPace = (message.sendsPerMinute ?? sendsPerMinute) > 0;
  return {
    now: now.getTime(),
    message: {
      ...message,
      isChange: isChange(message.type),
      expiresAt: message.expiresAt.getTime(),
      sendingAt: message.sendingAt?.getTime() ?? 0,
    },
    generation: note.generation,
    isConnected: message.isConnected,
    connectedSince: message.connectedSince.getTime(),
    pacedUntil: hasPace ? (message.pacedUntil?.getTime() ?? 0) : 0,
    learnt: note.learnt,
    notBefore: note.notBefore,
  };
}
