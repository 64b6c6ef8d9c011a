import { describe, expect, it } from '@jest/globals';
import type { HelloFrame } from '@wafleet/contracts';
import { createLink } from './link';
import type { ReceivedEvent } from './parse-frame';

function openLink() {
  const calls: string[] = [];
  const socket = {
    send: () => undefined,
    refuse: () => calls.push('refuse'),
    close: () => calls.push('close'),
    pause: () => calls.push('pause'),
    resume: () => calls.push('resume'),
  };
  const clock = { ms: 0 };
  const deps = {
    groupCommit: { add: () => true },
    heartbeats: { add: () => undefined },
    commands: { settle: () => undefined },
    onProbeFailed: () => undefined,
    now: () => new Date(clock.ms),
  };
  const hello = { tenantId: 'ten', generation: 1, lastSeq: 1_000 } as HelloFrame;
  return { link: createLink(deps, { id: 'l', socket, hello, isCurrent: true, lastSeq: 0 }), calls, clock };
}

const event = (seq: number, text = ''): ReceivedEvent => ({
  type: 'event',
  seq,
  at: 0,
  event: null,
  error: 'not an event',
  text,
});

describe('a worker that sends more than can be stored', () => {
  it('has to wait, and goes on when what it sent is committed', () => {
    const { link, calls } = openLink();
    for (let seq = 1; seq <= 199; seq++) link.receive(event(seq));
    expect(calls).toEqual([]);
    link.receive(event(200));
    expect(calls).toEqual(['pause']);
    link.noteCommitted(1);
    expect(calls).toEqual(['pause', 'resume']);
  });

  it('has to wait for few events too, if they are large', () => {
    const { link, calls } = openLink();
    link.receive(event(1, 'x'.repeat(2_000_000)));
    expect(calls).toEqual(['pause']);
    link.noteCommitted(1);
    expect(calls).toEqual(['pause', 'resume']);
  });

  it('is not silent meanwhile', () => {
    const { link, clock } = openLink();
    link.receive(event(1, 'x'.repeat(2_000_000)));
    clock.ms = 60_000;
    expect(link.silentMs(clock.ms)).toBe(0);
    link.noteCommitted(1);
    clock.ms = 61_000;
    expect(link.silentMs(clock.ms)).toBe(1_000);
  });
});
