import { describe, expect, it } from '@jest/globals';
import { listProcessIds, readProcFile, statFields } from './proc';

describe('proc', () => {
  it('reads past a name with spaces and parentheses', () => {
    expect(statFields('42 (a (b) c) S 7 40 39')).toEqual(['S', '7', '40', '39']);
  });

  it('knows this process, and nothing of one that is not there', () => {
    expect(listProcessIds()).toContain(process.pid);
    expect(readProcFile(process.pid, 'cmdline')).toContain('\0');
    expect(readProcFile(2 ** 22 + 1, 'stat')).toBeNull();
  });
});
