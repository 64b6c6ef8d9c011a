import { describe, expect, it } from '@jest/globals';
import { isRecycleDue, type MemoryFacts } from './memory';
import { supervisionPolicySchema } from './policy';

const policy = supervisionPolicySchema.parse({}).memory;
const { recycleBytes, recycleEveryMs, limitBytes, quietMs, youngMs } = policy;
const now = 100_000_000;

const due = (
  memory: Partial<MemoryFacts> | null,
  given: Partial<Omit<Parameters<typeof isRecycleDue>[1], 'memory'>> = {},
  with_: Partial<typeof policy> = {},
) =>
  isRecycleDue(
    { ...policy, ...with_ },
    {
      now,
      startedAt: now - recycleEveryMs,
      sessionState: 'CONNECTED',
      ...given,
      memory: memory && { bytes: recycleBytes, isBusy: false, lastMessageAt: now - quietMs, ...memory },
    },
  );

describe('isRecycleDue', () => {
  it.each<[string, boolean, boolean]>([
    ['at the threshold in a quiet moment', due({}), true],
    ['where no message ever came', due({ lastMessageAt: null }), true],
    ['below the threshold', due({ bytes: recycleBytes - 1 }), false],
    ['while a message is under way', due({ isBusy: true }), false],
    ['soon after a message', due({ lastMessageAt: now - quietMs + 1 }), false],
    ['while the session is being repaired', due({}, { sessionState: 'RECONNECTING' }), false],
    ['soon after the last time', due({}, { startedAt: now - recycleEveryMs + 1 }), false],
    ['where it is not known since when it runs', due({}, { startedAt: null }), false],
    ['at the limit, busy or not', due({ bytes: limitBytes, isBusy: true, lastMessageAt: now }), true],
    [
      'at the limit, whatever the session does',
      due({ bytes: limitBytes }, { sessionState: 'QR_READY' }),
      true,
    ],
    ['at the limit soon after the last time', due({ bytes: limitBytes }, { startedAt: now - youngMs }), true],
    [
      'at the limit in the first minutes',
      due({ bytes: limitBytes }, { startedAt: now - youngMs + 1 }),
      false,
    ],
    ['where nothing is measured', due(null), false],
    ['with both switched off', due({ bytes: 1e12 }, {}, { recycleBytes: 0, limitBytes: 0 }), false],
    ['above the limit with the threshold off', due({ bytes: limitBytes }, {}, { recycleBytes: 0 }), true],
  ])('%s', (_title, result, expected) => {
    expect(result).toBe(expected);
  });
});
