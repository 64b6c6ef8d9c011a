import { describe, expect, it } from '@jest/globals';
import { EarlyMessages } from './early-messages';

const message = (id: number) => ({ kind: 'message' as const, message: { id } });

describe('EarlyMessages', () => {
  it('holds messages until the account is told, keeps their order, and anew for each page', () => {
    const passed: unknown[] = [];
    const early = new EarlyMessages((event) => passed.push(event.message['id']));
    early.pass(message(1));
    early.pass(message(2));
    expect(passed).toEqual([]);
    early.open();
    early.pass(message(3));
    expect(passed).toEqual([1, 2, 3]);
    early.close();
    early.pass(message(4));
    early.open();
    expect(passed).toEqual([1, 2, 3, 4]);
  });

  it('holds a bounded number', () => {
    const passed: unknown[] = [];
    const early = new EarlyMessages((event) => passed.push(event));
    for (let id = 0; id < 1_500; id += 1) early.pass(message(id));
    early.open();
    expect(passed).toHaveLength(1_000);
  });
});
