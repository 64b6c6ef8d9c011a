import { describe, expect, it } from '@jest/globals';
import { StagedMedia } from './staged-media';

const part = (stageId: string, offset: number, text: string) => ({
  stageId,
  offset,
  data: Buffer.from(text).toString('base64'),
});

describe('StagedMedia', () => {
  it('joins parts, and gives them once', () => {
    const staged = new StagedMedia();
    expect(staged.add(part('a', 0, 'abc'))).toBe(true);
    expect(staged.add(part('a', 3, 'de'))).toBe(true);
    const data = staged.take('a', 5);
    expect(Buffer.from(data ?? '', 'base64').toString()).toBe('abcde');
    expect(staged.take('a', 5)).toBeNull();
  });

  it('a repeated part changes nothing, a gap is refused', () => {
    const staged = new StagedMedia();
    staged.add(part('a', 0, 'abc'));
    expect(staged.add(part('a', 0, 'abc'))).toBe(true);
    expect(staged.add(part('a', 6, 'ghi'))).toBe(false);
    expect(staged.take('a', 3)).not.toBeNull();
  });

  it('the next message drops what was held; what is incomplete is not given', () => {
    const staged = new StagedMedia();
    staged.add(part('a', 0, 'abc'));
    staged.add(part('b', 0, 'xyz'));
    expect(staged.add(part('a', 3, 'def'))).toBe(false);
    expect(staged.take('a', 3)).toBeNull();
    expect(staged.take('b', 6)).toBeNull();
    expect(staged.take('b', 3)).not.toBeNull();
  });
});
