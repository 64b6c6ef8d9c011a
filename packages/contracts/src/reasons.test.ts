import { describe, expect, it } from '@jest/globals';
import { isParking, reasonCodes, reasons } from './reasons';

describe('the reasons', () => {
  it.each(reasonCodes)('%s has words for a person: a short label and one sentence', (code) => {
    const { label, explanation } = reasons[code];
    expect(label.length).toBeLessThan(40);
    expect(explanation).toMatch(/^[A-Z].+\.$/);
  });

  it.each(reasonCodes.filter((code) => reasons[code].repairedBy === 'person'))(
    '%s, which a person repairs, says what to do',
    (code) => {
      expect(reasons[code].userAction).not.toBe('none');
    },
  );

  it('after a sign-out nothing runs by itself', () => {
    for (const code of ['phone_logged_out', 'unpaired', 'signed_out_by_user'] as const)
      expect(isParking(code)).toBe(true);
  });
});
