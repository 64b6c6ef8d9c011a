import { describe, expect, it } from '@jest/globals';
import { createRedactor } from './redact';

const redact = createRedactor(['correct-horse', 'correct-horse-battery']);

describe('the redactor', () => {
  it.each([
    ['a known secret, the longer one first', 'p=correct-horse-battery', 'p=[secret]'],
    ['a key by its look', 'sent with wfa_abcdefghijklmnop', 'sent with [secret]'],
    ['a secret that signs', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', '[secret]'],
    ['a header', 'Authorization: Bearer abcdef', 'Authorization: [secret]'],
    ['credentials in an address', 'socks5://user:pw@203.0.113.7:1080', 'socks5://[secret]@203.0.113.7:1080'],
    ['an e-mail address', 'to ada@example.com', 'to [address]'],
    ['a number with spaces', 'from +1 555 010 0201.', 'from [number].'],
    ['a number with dots', 'from 555.010.0201', 'from [number]'],
    ['a number in one', 'from 15550100201', 'from [number]'],
    ['a chat', 'in 15550100201@c.us', 'in [jid]'],
  ])('leaves out %s', (_title, text, clean) => {
    expect(redact(text)).toBe(clean);
  });

  it('leaves out what people wrote, member by member, and keeps what happened', () => {
    const line = {
      level: 'info',
      msg: 'stored',
      tenantId: 'ten_01',
      body: 'Hi',
      at: [{ raw: '2@x', pid: 42 }],
    };
    expect(JSON.parse(redact(JSON.stringify(line)))).toEqual({
      ...line,
      body: '[redacted]',
      at: [{ raw: '[redacted]', pid: 42 }],
    });
  });

  it('keeps moments and versions', () => {
    const text = '2026-01-01 00:00:00 Chromium 156.0.8078.108 exited with 137';
    expect(redact(text)).toBe(text);
  });
});
