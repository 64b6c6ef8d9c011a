import { describe, expect, it } from '@jest/globals';
import { judgeTold, type Told } from './judge-told';

const tenantId = 'ten_1';
const sent = ['in 1', 'in 2'].map((body) => ({ tenantId, body }));
const told = (body: string, id: string, more: Partial<Told> = {}): Told => ({
  tenantId,
  id,
  chatId: '15550150001@c.us',
  body,
  at: 1_000,
  toldAt: 1_000,
  ...more,
});

describe('the verdict over what a program was told', () => {
  it('is clean where each came by one id, in order, however often', () => {
    const one = told('in 1', 'ep-9');
    expect(judgeTold(sent, [one, one, told('in 2', 'ep-10'), one], [])).toEqual([]);
  });

  it('names what never came, what came by two ids, and what came too late', () => {
    expect(judgeTold(sent, [told('in 1', 'ep-1')], [])).toEqual(['webhook: "in 2" was told by 0 ids']);
    expect(judgeTold(sent, [told('in 2', 'ep-10'), told('in 1', 'ep-9'), told('in 1', 'ep-11')], [])).toEqual(
      ['webhook: "in 1" was told by 2 ids', 'webhook: "in 1" came after a later one of its chat'],
    );
  });

  it('lets what was replayed come later, and chats not wait for each other', () => {
    const late = [told('in 2', 'ep-10', { at: 2_000 }), told('in 1', 'ep-9')];
    expect(judgeTold(sent, late, [{ tenantId, from: 900, to: 1_100 }])).toEqual([]);
    expect(judgeTold(sent, late, [{ tenantId, from: 1_001, to: 1_100 }])).toHaveLength(1);
    expect(judgeTold(sent, late, [{ tenantId: 'ten_2', from: 900, to: 1_100 }])).toHaveLength(1);
    expect(judgeTold(sent, [told('in 2', 'ep-10'), told('in 1', 'ep-9', { chatId: 'x' })], [])).toEqual([]);
  });
});
