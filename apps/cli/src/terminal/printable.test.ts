import { describe, expect, it } from '@jest/globals';
import { printable } from './printable';

describe('printable', () => {
  it.each([
    ['colours and cursor movements', 'red \u001b[31mtext\u001b[2J', 'red [31mtext[2J'],
    ['commands in eight bits', 'a\u009b31mb', 'a31mb'],
    ['turned directions', 'abc\u202edef', 'abcdef'],
    ['line breaks', 'one\r\ntwo\tthree', 'one two three'],
  ])('leaves out %s', (_title, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('keeps letters of all scripts', () => {
    expect(printable('Bäckerei 北京 مخبز')).toBe('Bäckerei 北京 مخبز');
  });
});
