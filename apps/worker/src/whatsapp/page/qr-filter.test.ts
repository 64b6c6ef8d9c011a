import { describe, expect, it } from '@jest/globals';
import { QrFilter } from './qr-filter';

describe('QrFilter', () => {
  it('lets each scannable code pass once', () => {
    const filter = new QrFilter();
    expect(filter.judge('2@first,c3RhdGlj,aWRlbnRpdHk=,YWR2,1')).toBe('code');
    expect(filter.judge('2@first,c3RhdGlj,aWRlbnRpdHk=,YWR2,1')).toBe('repeated');
    expect(filter.judge('2@second,c3RhdGlj,aWRlbnRpdHk=,YWR2,1')).toBe('code');
  });

  it.each(['undefined,c3RhdGlj,aWQ=,YWR2,1', 'null,a,b,c,1', '', '2@cut,a,b', '2@,a,b,c,1'])(
    '%j is none',
    (raw) => {
      expect(new QrFilter().judge(raw)).toBe('none');
    },
  );
});
