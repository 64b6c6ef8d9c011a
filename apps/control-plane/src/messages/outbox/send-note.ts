import { backoffMs, type BackoffPolicy } from '@wafleet/runtime';
import type { Learnt, SendStep } from './next-send-step';

/** WhatsApp's ack comes as an event; only where it does not, the chat is looked at. */
const ackPatienceMs = 30_000;
const retry: BackoffPolicy = { firstMs: 500, maxMs: 15_000, jitter: 0.2 };

/** What this process remembers of a message between two steps; losing it costs a look, never a second send. */
export interface SendNote {
  /** Of the worker it was learnt from; another one's word is not its word. */
  generation: number;
  learnt: Learnt | null;
  /** Unix milliseconds. */
  notBefore: number;
  /** Steps in a row that led nowhere. */
  misses: number;
}

export function freshNote(generation: number): SendNote {
  return { generation, learnt: null, notBefore: 0, misses: 0 };
}

/**
 * The note after a step.
 * @param learnt null where the step asked nobody
 * @param random in [0, 1)
 */
export function noteAfter(
  note: SendNote,
  step: SendStep['kind'],
  learnt: Learnt | null,
  at: { now: number; random: number },
): SendNote {
  if (learnt?.kind === 'in_page') return { ...note, learnt, misses: 0, notBefore: at.now + ackPatienceMs };
  if (step === 'requeue' || isMiss(learnt)) return missed({ ...note, learnt }, at);
  return { ...note, learnt, notBefore: 0 };
}

/** The note after a step that could not be taken. */
export function missed(note: SendNote, at: { now: number; random: number }): SendNote {
  const misses = note.misses + 1;
  return { ...note, misses, notBefore: at.now + backoffMs(retry, misses, at.random) };
}

/** The page has it, and WhatsApp is still to say so. */
export function isAwaitingAck({ learnt }: SendNote): boolean {
  return learnt?.kind === 'in_page' && learnt.ack === 0;
}

function isMiss(learnt: Learnt | null): boolean {
  return learnt?.kind === 'silence' || learnt?.kind === 'unclear' || learnt?.kind === 'look_failed';
}
