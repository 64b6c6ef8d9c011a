import { describe, expect, it } from '@jest/globals';
import { ownWords } from './own-words';

describe('what a page wrote', () => {
  it.each([
    [`Requiring unknown module "WAWebCmd"`, `Requiring unknown module "WAWebCmd"`],
    [
      `Cannot read properties of undefined (reading 'id')`,
      `Cannot read properties of undefined (reading 'id')`,
    ],
    [
      `Unexpected token 'h', "hello you"... is not valid JSON`,
      `Unexpected token [text], [text]... is not valid JSON`,
    ],
    [`got 'I can't come' from them`, `got [text] from them`],
    [`it can't go on`, `it can't go on`],
    [`cut "in the middle`, `cut [text]`],
    [`two lines "one\ntwo" here`, `two lines [text] here`],
    [`from 15550100123@c.us and +15550100124`, `from [jid] and [number]`],
    [`GET https://web.whatsapp.com/x?token=abc failed`, `GET https://web.whatsapp.com/x?[query] failed`],
    [`code 3EB0${'AB'.repeat(30)}`, `code [secret]`],
  ])('%s', (text, expected) => {
    expect(ownWords(text, 300)).toBe(expected);
  });

  it('is no longer than it may be', () => {
    expect(ownWords('word '.repeat(100), 20)).toHaveLength(20);
  });
});
