import { describe, expect, it } from '@jest/globals';
import { SocketTraffic } from './socket-traffic';

describe('SocketTraffic', () => {
  const setUp = () => {
    const clock = { now: 0 };
    return { clock, traffic: new SocketTraffic(1_000, () => clock.now) };
  };

  it('a socket on which nothing is sent is not judged', () => {
    const { clock, traffic } = setUp();
    clock.now = 1_000_000;
    expect(traffic.isSilent()).toBe(false);
  });

  it('what was sent first counts, however much follows it', () => {
    const { clock, traffic } = setUp();
    traffic.onSent();
    clock.now = 900;
    traffic.onSent();
    expect(traffic.isSilent()).toBe(false);
    clock.now = 1_000;
    expect(traffic.isSilent()).toBe(true);
  });

  it('anything that comes is an answer', () => {
    const { clock, traffic } = setUp();
    traffic.onSent();
    clock.now = 5_000;
    traffic.onAnswer();
    expect(traffic.isSilent()).toBe(false);
    traffic.onSent();
    clock.now = 5_999;
    expect(traffic.isSilent()).toBe(false);
  });
});
