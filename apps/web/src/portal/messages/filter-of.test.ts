import { describe, expect, it } from '@jest/globals';
import { filterOf } from './filter-of';

const nothing = { direction: '', status: '', chat: '', from: '', to: '' };

describe('the filter of messages', () => {
  it('asks for whole days, the last one with its evening', () => {
    expect(filterOf({ ...nothing, from: '2026-11-20', to: '2026-11-20' })).toEqual({
      after: new Date(2026, 10, 20).toISOString(),
      before: new Date(2026, 10, 21).toISOString(),
    });
  });

  it('leaves out what an address can not mean', () => {
    expect(filterOf({ ...nothing, direction: 'UP', status: 'x', from: 'yesterday', to: '2026-1' })).toEqual(
      {},
    );
    expect(filterOf({ ...nothing, direction: 'INBOUND', status: 'READ', chat: '15550100' })).toEqual({
      direction: 'INBOUND',
      status: 'READ',
      chatId: '15550100',
    });
  });
});
