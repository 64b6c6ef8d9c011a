import { describe, expect, it } from '@jest/globals';
import { normaliseUpdates, tellsAllReactions } from './normalise-updates';

const me = '15550100001@c.us';
const friend = '15550100002@c.us';
const id = { fromMe: false, remote: friend, id: '3EB0AA' };
const updatesOf = (fields: object) => normaliseUpdates({ id, type: 'chat', ...fields }, me);

describe('what the page says became of a message', () => {
  it('an edit, with its text and time; of media the caption', () => {
    const edit = { latestEditSenderTimestampMs: 1_760_000_000_123 };
    expect(updatesOf({ ...edit, body: 'new' })).toEqual([
      { kind: 'edited', at: 1_760_000_000_123, body: 'new' },
    ]);
    expect(updatesOf({ ...edit, type: 'image', body: 'preview', caption: 'new' })).toMatchObject([
      { body: 'new' },
    ]);
  });

  it('a change of the text that names no time is no edit', () => {
    expect(updatesOf({ body: 'decrypted at last' })).toEqual([]);
  });

  it('a deletion, whose time the page may not tell', () => {
    expect(updatesOf({ type: 'revoked', latestEditSenderTimestampMs: 1_760_000_000_123 })).toEqual([
      { kind: 'revoked', at: null },
    ]);
    expect(updatesOf({ type: 'revoked', revokeTimestamp: 1_760_000_000 })).toEqual([
      { kind: 'revoked', at: 1_760_000_000_000 },
    ]);
  });

  it('reactions as the page tells of one, and as it lists them', () => {
    const told = {
      msgKey: { fromMe: false, remote: friend, id: 'R1' },
      senderUserJid: '15550100002@s.whatsapp.net',
      reactionText: '👍',
      reactionTimestamp: 1_760_000_000_123,
      timestamp: 1_760_000_000.123,
    };
    const listed = { ...told, reactionTimestamp: undefined, timestamp: 1_760_000_000_123 };
    const reaction = { kind: 'reacted', at: 1_760_000_000_123, sender: friend, emoji: '👍' };
    expect(updatesOf({ wafleetReactions: [told, listed] })).toEqual([reaction, reaction]);
    const own = { ...told, msgKey: { fromMe: true }, senderUserJid: '99@lid', reactionText: '' };
    expect(updatesOf({ wafleetReactions: [own] })).toEqual([{ ...reaction, sender: me, emoji: '' }]);
  });

  it('votes by the places of the options, each once', () => {
    const vote = { sender: { user: '15550100002', server: 'c.us' }, senderTimestampMs: 1_760_000_000_123 };
    expect(updatesOf({ wafleetVotes: [{ ...vote, selectedOptionLocalIds: [2, 0, 2, 'x', -1] }] })).toEqual([
      { kind: 'voted', at: 1_760_000_000_123, sender: friend, options: [0, 2] },
    ]);
  });

  it('nothing where the page talks nonsense', () => {
    expect(
      updatesOf({
        latestEditSenderTimestampMs: 'soon',
        wafleetReactions: [null, 7, { reactionText: '👍' }, { senderUserJid: friend, reactionTimestamp: {} }],
        wafleetVotes: { 0: 'no list' },
      }),
    ).toEqual([]);
  });

  it('all reactions only where it could read them', () => {
    expect(tellsAllReactions({ wafleetReactions: [], wafleetHasAllReactions: true })).toBe(true);
    expect(tellsAllReactions({ wafleetReactions: [], wafleetHasAllReactions: false })).toBe(false);
    expect(tellsAllReactions({})).toBe(false);
  });
});
