import { describe, expect, it } from '@jest/globals';
import { backfillWindow } from './backfill-window';

const day = 24 * 3_600_000;
const at = (days: number) => new Date(days * day);
const facts = {
  account: { linkedAt: at(100), completeUntil: at(110) },
  chats: [],
  historyDays: 0,
};

describe('the window of a backfill', () => {
  it('overlaps by a day with what is complete', () => {
    expect(backfillWindow(facts)).toEqual({ since: 109 * day, chats: [] });
  });

  it('never begins before the link, to its second', () => {
    const linkedAt = new Date(100 * day + 1_700);
    for (const completeUntil of [null, linkedAt, new Date(linkedAt.getTime() + 1), at(100.5)])
      expect(backfillWindow({ ...facts, account: { linkedAt, completeUntil } }).since).toBe(
        100 * day + 1_000,
      );
  });

  it('reaches back into history as far as is wanted, until that was read once', () => {
    const account = { linkedAt: at(100), completeUntil: null };
    expect(backfillWindow({ ...facts, account, historyDays: 7 }).since).toBe(93 * day);
    const begun = { linkedAt: at(100), completeUntil: at(100) };
    expect(backfillWindow({ ...facts, account: begun, historyDays: 7 }).since).toBe(93 * day);
    expect(backfillWindow({ ...facts, historyDays: 7 }).since).toBe(109 * day);
  });

  it('begins later for a chat that an interrupted backfill has read already', () => {
    const chats = [
      { chatId: 'further', completeUntil: at(112) },
      { chatId: 'not further', completeUntil: at(109) },
    ];
    expect(backfillWindow({ ...facts, chats }).chats).toEqual([{ chatId: 'further', since: 111 * day }]);
  });
});
