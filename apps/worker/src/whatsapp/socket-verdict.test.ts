import { describe, expect, it } from '@jest/globals';
import { judgeSocket } from './socket-verdict';

describe('judgeSocket', () => {
  it.each([
    ['CONNECTED', null, false, 'up'],
    ['CONNECTED', 'CONNECTED', true, 'up'],
    ['CONNECTED', 'DISCONNECTED', true, 'down'],
    ['OPENING', null, true, 'down'],
    ['OPENING', null, false, 'unclear'],
    ['TIMEOUT', null, true, 'down'],
    ['PAIRING', null, false, 'signing_in'],
    ['UNPAIRED', null, false, 'needs_link'],
    ['UNPAIRED', null, true, 'unpaired'],
    ['UNPAIRED_IDLE', null, false, 'code_idle'],
    ['CONFLICT', null, true, 'conflict'],
    ['CONFLICT', null, false, 'conflict'],
    ['A_STATE_OF_TOMORROW', null, true, 'unclear'],
    [null, null, true, 'unclear'],
  ])('%s, stream %s, signed in before: %s → %s', (state, stream, hasBeenUp, expected) => {
    expect(judgeSocket({ state, stream }, hasBeenUp).kind).toBe(expected);
  });

  it.each([
    ['TOS_BLOCK', 'restricted', null],
    ['SMB_TOS_BLOCK', 'restricted', null],
    ['DEPRECATED_VERSION', 'version_deprecated', null],
    ['PROXYBLOCK', 'whatsapp_unreachable', 'WhatsApp refuses the address that it is reached from'],
  ])('%s is %s', (state, reason, detail) => {
    expect(judgeSocket({ state, stream: null }, true)).toEqual({ kind: 'failed', reason, detail });
  });
});
