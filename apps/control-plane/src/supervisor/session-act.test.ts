import { describe, expect, it } from '@jest/globals';
import { sessionActs, strongerAct } from './session-act';

describe('a second act before the first is done', () => {
  it.each(sessionActs)('%s alone is what was asked for, also when it is repeated', (act) => {
    expect(strongerAct(null, act)).toBe(act);
    expect(strongerAct(act, act)).toBe(act);
  });

  it('the stronger one is done, in whichever order they come', () => {
    for (const [index, milder] of sessionActs.entries())
      for (const stronger of sessionActs.slice(index + 1)) {
        expect(strongerAct(milder, stronger)).toBe(stronger);
        expect(strongerAct(stronger, milder)).toBe(stronger);
      }
  });
});
