import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { LogFile } from './log-file';

describe('LogFile', () => {
  it('keeps three files of bounded size, the newest lines in the first', () => {
    const folder = mkdtempSync(join(tmpdir(), 'wafleet-log-'));
    const path = join(folder, 'worker.log');
    const log = new LogFile(path);
    const megabyte = `${'x'.repeat(1024 * 1024)}\n`;
    for (let written = 0; written < 22; written += 1) log.write(megabyte);
    log.write('last\n');
    expect(readdirSync(folder).sort()).toEqual(['worker.log', 'worker.log.1', 'worker.log.2']);
    expect(readFileSync(path, 'utf8').endsWith('last\n')).toBe(true);
    rmSync(folder, { recursive: true });
  });

  it('loses lines while they can not be written, goes on, and says how many', () => {
    const folder = mkdtempSync(join(tmpdir(), 'wafleet-log-'));
    const path = join(folder, 'later', 'worker.log');
    const log = new LogFile(path);
    log.write('lost\n');
    log.write('lost\n');
    mkdirSync(join(folder, 'later'));
    log.write('{"msg":"written"}\n');
    const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ msg: 'log lines were lost', lines: 2 }),
      { msg: 'written' },
    ]);
    rmSync(folder, { recursive: true });
  });
});
