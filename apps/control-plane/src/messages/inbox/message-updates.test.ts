import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Aftermath,
  applyUpdate,
  noAftermath,
  takeBackOthers,
  type Update,
  withSenderRenamed,
} from './message-updates';

const ann = '15550100001@c.us';
const bob = '15550100002@c.us';
const at = (ms: number) => new Date(1_760_000_000_000 + ms);
const edited = (ms: number, body: string): Update => ({ kind: 'edited', at: at(ms), body });
const revoked = (ms: number): Update => ({ kind: 'revoked', at: at(ms) });
const reacted = (ms: number, emoji: string, sender = ann): Update => ({
  kind: 'reacted',
  at: at(ms),
  sender,
  emoji,
});
const voted = (ms: number, options: number[], sender = ann): Update => ({
  kind: 'voted',
  at: at(ms),
  sender,
  options,
});

function after(updates: readonly Update[]) {
  const message: Aftermath = { ...noAftermath };
  const outcomes = updates.map((update) => applyUpdate(message, update));
  return { message, outcomes };
}

describe('what becomes of a message', () => {
  it('the newest edit by its own time holds, however late an older one comes', () => {
    const { message, outcomes } = after([edited(2, 'second'), edited(1, 'first'), edited(3, 'third')]);
    expect(message).toMatchObject({ editedBody: 'third', editedAt: at(3) });
    expect(outcomes).toEqual(['news', 'nothing', 'news']);
  });

  it('each person has one reaction and one vote, the last, and can take them back', () => {
    const { message, outcomes } = after([
      reacted(1, '👍'),
      reacted(2, '❤'),
      reacted(1, '🎉', bob),
      voted(1, [0, 2]),
      reacted(3, ''),
      voted(2, []),
    ]);
    expect(outcomes).toEqual(['news', 'news', 'news', 'news', 'news', 'news']);
    expect(message.reactions.map(({ sender, emoji }) => [sender, emoji])).toEqual([
      [ann, ''],
      [bob, '🎉'],
    ]);
    expect(message.votes).toEqual([{ sender: ann, at: at(2).getTime(), options: [] }]);
  });

  it('the same again is no news, and neither is the end of what nobody saw', () => {
    expect(after([reacted(1, '👍'), reacted(1, '👍'), reacted(2, '👍')]).outcomes).toEqual([
      'news',
      'nothing',
      'kept',
    ]);
    expect(after([reacted(2, ''), reacted(1, '👍')]).outcomes).toEqual(['kept', 'nothing']);
  });

  it('a deletion is final, and leaves nothing of what was said', () => {
    const { message, outcomes } = after([
      edited(1, 'text'),
      reacted(1, '👍'),
      revoked(5),
      edited(9, 'late'),
      reacted(9, '👍'),
      revoked(4),
    ]);
    expect(message).toEqual({ ...noAftermath, revokedAt: at(4) });
    expect(outcomes).toEqual(['news', 'news', 'news', 'nothing', 'nothing', 'kept']);
  });

  it('what a record of all reactions does not name was taken back, until that person reacts again', () => {
    const { message } = after([reacted(1, '👍'), reacted(1, '👍', bob)]);
    expect(takeBackOthers(message, [reacted(1, '👍', bob)])).toBe('news');
    expect(takeBackOthers(message, [reacted(1, '👍', bob)])).toBe('nothing');
    expect(applyUpdate(message, reacted(1, '👍'))).toBe('nothing');
    expect(applyUpdate(message, reacted(5, '👍'))).toBe('news');
  });

  it('a person under two names is one, with the last word of both', () => {
    const { message } = after([reacted(2, '👍', '99@lid'), reacted(1, '❤'), reacted(1, '🎉', bob)]);
    expect(withSenderRenamed(message.reactions, '99@lid', ann)).toEqual([
      { sender: ann, at: at(2).getTime(), emoji: '👍' },
      { sender: bob, at: at(1).getTime(), emoji: '🎉' },
    ]);
  });
});

const times = fc.integer({ min: 0, max: 5 });
const people = fc.constantFrom(ann, bob);
const anyUpdate: fc.Arbitrary<Update> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(times, fc.constantFrom('a', 'b', '')).map(([ms, body]) => edited(ms, body)),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(times, fc.constantFrom('👍', '❤', ''), people)
      .map(([ms, emoji, sender]) => reacted(ms, emoji, sender)),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(times, fc.uniqueArray(fc.integer({ min: 0, max: 2 })), people)
      .map(([ms, options, sender]) => voted(ms, options.sort(), sender)),
  },
  { weight: 1, arbitrary: times.map(revoked) },
);

it('the same updates in any order, and any of them twice, make the same of a message', () => {
  fc.assert(
    fc.property(
      fc.array(anyUpdate, { maxLength: 12 }).chain((updates) =>
        fc.tuple(
          fc.constant(updates),
          fc.shuffledSubarray([...updates, ...updates], {
            minLength: updates.length * 2,
            maxLength: updates.length * 2,
          }),
        ),
      ),
      ([updates, disordered]) => {
        expect(after(disordered).message).toEqual(after(updates).message);
      },
    ),
  );
});
