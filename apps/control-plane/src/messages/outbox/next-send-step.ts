import type { CommandErrorCode } from '@wafleet/contracts';
import type { FailureCode } from '../message-failures';

/** Attempts that the page refused or lost before we stop trying. */
export const maxAttempts = 8;
/** However late it was given, a message has this long for its outcome to show. */
export const settleMs = 60_000;
/**
 * A connected page that has a message gets WhatsApp's ack within a second or two. Beyond this it blocks its chat no
 * longer; an ack that comes after all still raises it.
 */
export const confirmMs = 5 * 60_000;

/** What this process learnt of the current attempt from the current generation of the worker. */
export type Learnt =
  /** The page did what is said of another message. */
  | { kind: 'done' }
  /** The page has the message; WhatsApp's ack as far as the page knows it. */
  | { kind: 'in_page'; ack: number }
  /** Certain that nothing was sent. */
  | { kind: 'refused'; code: CommandErrorCode }
  /** The worker answered, and its answer leaves open whether the message was sent. */
  | { kind: 'unclear' }
  /** No answer in time, or no link. */
  | { kind: 'silence' }
  /** Looked for in the chat and not there. */
  | { kind: 'absent' }
  /** Could not be looked for. */
  | { kind: 'look_failed' };

/** All times are Unix milliseconds. */
export interface SendFacts {
  now: number;
  /** The first open message of its chat. */
  message: {
    status: 'QUEUED' | 'SENDING';
    /** It is said of a message that is there: a reaction, an edit, a revoke. Doing it twice is doing it once. */
    isChange: boolean;
    /** The worker generation it was given to. */
    generation: number | null;
    waMessageId: string | null;
    attempts: number;
    expiresAt: number;
    sendingAt: number;
  };
  /** Generation of the worker that is linked now. */
  generation: number;
  isConnected: boolean;
  /** Since when the session is as it is. */
  connectedSince: number;
  /** Before it nothing is begun, however much waits: the tenant's pace. */
  pacedUntil: number;
  learnt: Learnt | null;
  /** What was learnt last asks for patience until then. */
  notBefore: number;
}

export type SendStep =
  /** Nothing to do before a wake-up: the session connects, the link comes back, the ack arrives. */
  | { kind: 'wait' }
  | { kind: 'later'; at: number }
  /** Commit SENDING with this generation and a new attempt, then give it to the worker. */
  | { kind: 'begin' }
  /** Give the same command again; the worker remembers what it did with it. */
  | { kind: 'repeat' }
  /** Ask the worker whether the message is in the chat. */
  | { kind: 'look' }
  /** Nothing was sent: back into the queue. */
  | { kind: 'requeue' }
  /** It is done: SENT. */
  | { kind: 'finish' }
  /** WhatsApp's ack decides the status. */
  | { kind: 'acknowledge'; ack: number }
  | { kind: 'end'; status: 'FAILED' | 'EXPIRED' | 'UNCERTAIN'; failure: FailureCode | null };

/** What to do with the first open message of a chat. Sends again only what is proven unsent or proven absent. */
export function nextSendStep(facts: SendFacts): SendStep {
  return facts.message.status === 'QUEUED' ? stepOfQueued(facts) : stepOfSending(facts);
}

function stepOfQueued(facts: SendFacts): SendStep {
  if (facts.now >= facts.message.expiresAt) return end('EXPIRED');
  return begin(facts);
}

function stepOfSending(facts: SendFacts): SendStep {
  if (facts.message.isChange) return stepOfChange(facts);
  const { message, learnt } = facts;
  // Without an id of our own choice it can't be recognised, and so not safely sent again.
  if (message.waMessageId === null || message.generation === null) return end('UNCERTAIN', 'outcome_unknown');
  if (facts.generation < message.generation) return { kind: 'wait' };

  switch (learnt?.kind) {
    case 'in_page':
      return stepOfInPage(facts, learnt.ack);
    case 'refused':
      return stepOfRefused(facts, learnt.code);
    case 'absent':
      if (isOverdue(facts) || message.attempts >= maxAttempts) return end('UNCERTAIN', 'outcome_unknown');
      return begin(facts);
    case 'unclear':
    case 'look_failed':
      return unlessOverdue(facts, look(facts));
    case 'done':
    case 'silence':
    case undefined:
      // The worker that was given it remembers; any other can only look.
      return unlessOverdue(facts, facts.generation === message.generation ? { kind: 'repeat' } : look(facts));
  }
}

/** Nothing has to be found out: what may have been done is done again. */
function stepOfChange(facts: SendFacts): SendStep {
  const { message, learnt } = facts;
  if (learnt?.kind === 'done') return { kind: 'finish' };
  if (learnt?.kind === 'refused') return stepOfRefused(facts, learnt.code);
  if (message.generation !== null && facts.generation < message.generation) return { kind: 'wait' };
  if (isOverdue(facts) || message.attempts >= maxAttempts) return end('UNCERTAIN', 'outcome_unknown');
  const isRemembered = facts.generation === message.generation && learnt?.kind !== 'unclear';
  return isRemembered ? inTime(facts, { kind: 'repeat' }) : begin(facts);
}

function stepOfInPage(facts: SendFacts, ack: number): SendStep {
  if (ack !== 0) return { kind: 'acknowledge', ack };
  if (isOverdue(facts) || isUnconfirmed(facts)) return end('UNCERTAIN', 'no_confirmation');
  return inTime(facts, look(facts));
}

function stepOfRefused(facts: SendFacts, code: CommandErrorCode): SendStep {
  switch (code) {
    case 'invalid_recipient':
      return end('FAILED', 'invalid_recipient');
    case 'too_late':
      return end('EXPIRED');
    case 'target_missing':
    case 'not_allowed':
      return end('FAILED', code);
    case 'rejected':
    case 'not_waiting_for_link':
    case 'media_gone':
    case 'media_awaited':
    case 'media_too_large':
    case 'media_unreadable':
    case 'capability_missing':
      return requeueOrFail(facts, 'rejected');
    case 'unknown_command':
      return requeueOrFail(facts, 'unsupported');
    case 'media_missing':
      return requeueOrFail(facts, 'media_missing');
    case 'not_connected':
    case 'timed_out':
    case 'link_stale':
      return { kind: 'requeue' };
  }
}

function requeueOrFail(facts: SendFacts, failure: FailureCode): SendStep {
  return facts.message.attempts >= maxAttempts ? end('FAILED', failure) : { kind: 'requeue' };
}

function begin(facts: SendFacts): SendStep {
  if (!facts.isConnected) return { kind: 'wait' };
  if (facts.now < facts.pacedUntil) return { kind: 'later', at: Math.max(facts.pacedUntil, facts.notBefore) };
  return inTime(facts, { kind: 'begin' });
}

/** Only a connected page can tell whether it has a message. */
function look(facts: SendFacts): SendStep {
  return facts.isConnected ? { kind: 'look' } : { kind: 'wait' };
}

function unlessOverdue(facts: SendFacts, step: SendStep): SendStep {
  // A step that could still clear it up was tried by then: what is left is a question for a person.
  if (isOverdue(facts) && facts.learnt !== null) return end('UNCERTAIN', 'outcome_unknown');
  return inTime(facts, step);
}

function inTime(facts: SendFacts, step: SendStep): SendStep {
  return facts.now < facts.notBefore ? { kind: 'later', at: facts.notBefore } : step;
}

/** The page had all the time it needs, and was connected for as long. */
function isUnconfirmed({ now, message, isConnected, connectedSince }: SendFacts): boolean {
  return isConnected && now >= Math.max(message.sendingAt, connectedSince) + confirmMs;
}

function isOverdue({ now, message }: SendFacts): boolean {
  return now >= Math.max(message.expiresAt, message.sendingAt + settleMs);
}

function end(
  status: Extract<SendStep, { kind: 'end' }>['status'],
  failure: FailureCode | null = null,
): SendStep {
  return { kind: 'end', status, failure };
}
