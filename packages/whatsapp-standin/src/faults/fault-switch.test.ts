import { describe, expect, it } from '@jest/globals';
import { FaultSwitch } from './fault-switch';

const ann = '15550100001';

describe('FaultSwitch', () => {
  it("an account's own setting wins over the one for all", () => {
    const faults = new FaultSwitch();
    faults.set({ syncDelayMs: 1, bootDelayMs: 2 });
    faults.set({ syncDelayMs: 3 }, ann);
    expect(faults.of(ann)).toEqual({ syncDelayMs: 3, bootDelayMs: 2 });
    expect(faults.of()).toEqual({ syncDelayMs: 1, bootDelayMs: 2 });
  });

  it('clearing one account leaves the faults for all', () => {
    const faults = new FaultSwitch();
    faults.set({ hangHttp: true });
    faults.set({ ackMode: 'none' }, ann);
    faults.clear(ann);
    expect(faults.of(ann)).toEqual({ hangHttp: true });
    faults.clear();
    expect(faults.of(ann)).toEqual({});
  });

  it('a page is told of its own faults only', () => {
    const faults = new FaultSwitch();
    faults.set({ bootDelayMs: 5, ackMode: 'none' });
    expect(JSON.parse(JSON.stringify(faults.ofPage(ann)))).toEqual({ bootDelayMs: 5 });
  });
});
