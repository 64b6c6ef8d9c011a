import { describe, expect, it } from '@jest/globals';
import type { Account, SessionState } from '@wafleet/contracts';
import { accountStep } from './link-account';

const account: Account = { phoneNumber: '15550100001', lid: null, name: 'Ann' };
const another: Account = { ...account, phoneNumber: '15550100002' };
const known = { id: 'acc_1', linkedAt: new Date(0), ...account };

describe('what a snapshot means for the account linked so far', () => {
  it.each<[string, SessionState, Account | null, typeof known | null, string]>([
    ['a first account is linked', 'CONNECTED', account, null, 'link'],
    ['another number is linked in its place', 'CONNECTED', another, known, 'link'],
    ['the same number is kept', 'CONNECTED', account, known, 'keep'],
    ['a page that is still loading says nothing about it', 'STARTING', null, known, 'keep'],
    ['so does a session that is over without a logout', 'DISCONNECTED', null, known, 'keep'],
    ['a page that shows a code is linked to nobody', 'QR_READY', null, known, 'unlink'],
    ['a logout unlinks', 'LOGGED_OUT', account, known, 'unlink'],
    ['a logout of nobody is nothing', 'LOGGED_OUT', account, null, 'none'],
    ['a page without an account is nothing', 'STARTING', null, null, 'none'],
  ])('%s', (_title, state, seen, before, expected) => {
    expect(accountStep({ state, account: seen }, before).kind).toBe(expected);
  });

  it('learns name and privacy id, and forgets neither', () => {
    const lid = '99@lid';
    expect(accountStep({ state: 'CONNECTED', account: { ...account, lid, name: null } }, known)).toEqual({
      kind: 'keep',
      known,
      learned: { lid, name: 'Ann' },
    });
    expect(accountStep({ state: 'CONNECTED', account }, known)).toMatchObject({ learned: null });
  });
});
