import { describe, expect, it } from '@jest/globals';
import { judgeEnd, type BrowserEnd, type EndFacts } from './browser-end';

const page = (status: string, code: number): BrowserEnd => ({ of: 'page', exit: { status, code } });
const browser = (code: number | null, signal: string | null): BrowserEnd => ({
  of: 'browser',
  exit: { code, signal },
});
const calm: EndFacts = { saidOutOfMemory: false, oomKillsRose: false, heapLimitMb: 512 };
const said = { ...calm, saidOutOfMemory: true };
const rose = { ...calm, oomKillsRose: true };

describe('why a browser or its page ended', () => {
  it('that the kernel ends while it counts one more such end ran out of memory', () => {
    for (const end of [page('killed', 9), browser(null, 'SIGKILL')])
      expect(judgeEnd(end, rose)).toMatchObject({ reason: 'out_of_memory', outOfMemory: 'kernel' });
  });

  it.each([
    ['a trap after V8 said so: the heap was full', page('crashed', 5), said, 'out_of_memory', 'page_heap'],
    ['a trap without a word: a crash', page('crashed', 5), calm, 'renderer_crashed', null],
    ['called so by the browser', page('oom', 0), calm, 'out_of_memory', 'page_heap'],
    ['a fault of the page: a crash', page('crashed', 11), calm, 'renderer_crashed', null],
    ['killed by somebody', page('killed', 9), calm, 'renderer_crashed', null],
    ['crashed while the kernel counted another', page('crashed', 11), rose, 'renderer_crashed', null],
    ['killed by somebody after an older word', page('killed', 9), said, 'renderer_crashed', null],
    ['a page of which nothing is known', { of: 'page', exit: null }, calm, 'renderer_crashed', null],
    ['a browser killed by somebody', browser(null, 'SIGKILL'), calm, 'browser_crashed', null],
    ['a browser that ends meanwhile', browser(1, null), rose, 'browser_crashed', null],
    ['a browser of which nothing is known', { of: 'browser', exit: null }, rose, 'browser_crashed', null],
  ] as const)('%s', (_title, end, facts, reason, outOfMemory) => {
    expect(judgeEnd(end, facts)).toMatchObject({ reason, outOfMemory });
  });
});
