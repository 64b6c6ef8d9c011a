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
  const logged = () => {
    const lines: string[] = [];
    const log = createLogger({ name: 'test', destination: { write: (line) => void lines.push(line) } });
    return { lines, log };
  };

  it('redacts secrets by field name and scrubs error text', () => {
    const { lines, log } = logged();
    log.info(
      { token: 'planted', qr: { raw: 'planted' }, err: new Error('no 15550100123@c.us') },
      'something',
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('planted');
    expect(lines[0]).not.toContain('15550100123');
    expect(JSON.parse(lines[0] as string)).toMatchObject({ level: 'info', msg: 'something', name: 'test' });
  });

  it('redacts however deep a secret lies, in lists too, and leaves the rest as it is', () => {
    const { lines, log } = logged();
    const fields = { at: new Date(0), of: [{ list: [{ token: 'planted', id: 'kept' }] }] };
    log.info(fields, 'something');
    expect(lines[0]).not.toContain('planted');
    expect(JSON.parse(lines[0] as string)).toMatchObject({
      at: '1970-01-01T00:00:00.000Z',
      of: [{ list: [{ token: '[redacted]', id: 'kept' }] }],
    });
    expect(fields.of[0]?.list[0]?.token).toBe('planted');
  });

  it('says so where something lies too deep, or in itself', () => {
    const { lines, log } = logged();
    const circle: Record<string, unknown> = { id: 'kept' };
    circle['self'] = circle;
    log.info({ circle }, 'something');
    expect(lines[0]).toContain('[too deep]');
  });
});
