import { describe, expect, it } from '@jest/globals';
import { sessionActs, startedAfter, strongerAct, type SessionAct } from './session-act';

describe('a second act before the first is done', () => {
  it.each(sessionActs)('%s alone is what was asked for, also when it is repeated', (act) => {
    expect(strongerAct(null, act)).toBe(act);
    expect(strongerAct(act, act)).toBe(act);
  });

  it.each<[milder: SessionAct, stronger: SessionAct]>([
    ['reset_reconnect', 'force_cleanup'],
    ['reset_reconnect', 'reset'],
    ['reset_reconnect', 'refuse_link'],
    ['force_cleanup', 'logout'],
    ['force_cleanup', 'reset'],
    ['force_cleanup', 'refuse_link'],
    ['force_cleanup', 'restore'],
    ['restore', 'refuse_link'],
    ['logout', 'refuse_link'],
    ['reset', 'refuse_link'],
  ])('of %s and %s the second is done, in whichever order they come', (milder, stronger) => {
    expect(strongerAct(milder, stronger)).toBe(stronger);
    expect(strongerAct(stronger, milder)).toBe(stronger);
  });

  it('of a logout and a reset the later is done: both end the link, one starts anew', () => {
    expect(strongerAct('logout', 'reset')).toBe('reset');
    expect(strongerAct('reset', 'logout')).toBe('logout');
  });

  it('a start after a logout starts anew, and stays what was asked for after all others', () => {
    expect(startedAfter('logout')).toBe('reset');
    expect(strongerAct('logout', 'reset_reconnect')).toBe('reset');
    for (const act of sessionActs) if (act !== 'logout') expect(startedAfter(act)).toBe(act);
    expect(startedAfter(null)).toBeNull();
  });
});
