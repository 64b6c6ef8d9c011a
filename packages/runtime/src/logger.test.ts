import { describe, expect, it } from '@jest/globals';
import { createLogger, scrub } from './logger';

describe('scrub', () => {
  it.each([
    ['failed for 15550100123@c.us now', 'failed for [jid] now'],
    ['call +15550100123 back', 'call [number] back'],
    [`token ${'a1B2'.repeat(12)}`, 'token [secret]'],
    ['Requiring unknown module "WAWebCmd"', 'Requiring unknown module "WAWebCmd"'],
    ['at file.js:12:34', 'at file.js:12:34'],
    ['no chat false_15550100123@c.us_3EB0AA11 here', 'no chat [jid] here'],
    ['no LID for user 15550100123.', 'no LID for user [number].'],
    ['user:15550100123: gone', 'user:[number]: gone'],
    ['group 120363041234567890 is gone', 'group [number] is gone'],
  ])('%s', (given, expected) => {
    expect(scrub(given)).toBe(expected);
  });
});

describe('createLogger', () => {
  it('redacts secrets by field name and scrubs error text', () => {
    const lines: string[] = [];
    const log = createLogger({ name: 'test', destination: { write: (line) => void lines.push(line) } });
    log.info(
      { token: 'planted', qr: { raw: 'planted' }, err: new Error('no 15550100123@c.us') },
      'something',
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('planted');
    expect(lines[0]).not.toContain('15550100123');
    expect(JSON.parse(lines[0] as string)).toMatchObject({ level: 'info', msg: 'something', name: 'test' });
  });
});
