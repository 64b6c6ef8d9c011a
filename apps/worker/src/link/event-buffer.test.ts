import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LinkEvent, SessionSnapshot } from '@wafleet/contracts';
import { EventBuffer } from './event-buffer';

const ack: LinkEvent = {
  kind: 'message.ack',
  key: { id: 'A', fromMe: true, chatId: 'c', sender: 's' },
  ack: 1,
};
const changed: LinkEvent = { kind: 'session.changed', session: {} as SessionSnapshot };

describe('EventBuffer', () => {
  it('keeps numbers without gaps, whatever is refused and acknowledged', () => {
    const step = fc.oneof(
      fc.constant(ack),
      fc.constant(changed),
      fc.nat({ max: 40 }).map((seq) => ({ acknowledge: seq })),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const buffer = new EventBuffer(5, () => 0);
        const given: number[] = [];
        for (const event of steps) {
          if ('acknowledge' in event) buffer.acknowledge(Math.min(event.acknowledge, buffer.lastSeq));
          else given.push(buffer.add(event)?.seq ?? 0);
          const waiting = buffer.unacknowledged.map(({ seq }) => seq);
          expect(waiting).toEqual(waiting.map((_, index) => (waiting[0] ?? 0) + index));
          if (waiting.length > 0) expect(waiting.at(-1)).toBe(buffer.lastSeq);
        }
        const numbered = given.filter((seq) => seq > 0);
        expect(numbered).toEqual(numbered.map((_, index) => index + 1));
      }),
    );
  });

  it('refuses messages when full, never a state, and tells of it once there is room', () => {
    let now = 5;
    const buffer = new EventBuffer(2, () => now);
    expect([buffer.add(ack)?.seq, buffer.add(ack)?.seq, buffer.add(ack)]).toEqual([1, 2, null]);
    expect(buffer.add(changed)?.seq).toBe(3);
    now = 7;
    expect(buffer.add(ack)).toBeNull();
    expect(buffer.takeRefusal()).toBeNull();
    buffer.acknowledge(3);
    expect(buffer.takeRefusal()).toBe(5);
    expect(buffer.takeRefusal()).toBeNull();
  });

  it('refuses a report long before messages, and asks for no backfill because of it', () => {
    const buffer = new EventBuffer(8, () => 0);
    const report = { kind: 'incident' } as LinkEvent;
    expect([buffer.add(report)?.seq, buffer.add(ack)?.seq, buffer.add(report)]).toEqual([1, 2, null]);
    expect(buffer.add(ack)?.seq).toBe(3);
    expect(buffer.takeRefusal()).toBeNull();
  });
});
