import { describe, expect, it } from '@jest/globals';
import { mayConnectTo } from './public-address';

describe('an address somebody names', () => {
  it.each(['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946', '::ffff:93.184.216.34'])(
    '%s is public',
    (address) => {
      expect(mayConnectTo(address, [])).toBe(true);
    },
  );

  it.each([
    '127.0.0.1',
    '127.8.8.8',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '192.0.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fd00:ec2::254',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:169.254.169.254',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:0:7f00:1::',
    'localhost',
    '',
  ])('%s is refused', (address) => {
    expect(mayConnectTo(address, [])).toBe(false);
  });

  it('of a network that is allowed is taken, and no other', () => {
    expect(mayConnectTo('10.1.2.3', ['10.1.0.0/16'])).toBe(true);
    expect(mayConnectTo('10.2.2.3', ['10.1.0.0/16'])).toBe(false);
    expect(mayConnectTo('::1', ['127.0.0.0/8', '::1/128'])).toBe(true);
    expect(mayConnectTo('::ffff:127.0.0.1', ['127.0.0.0/8'])).toBe(true);
  });
});
