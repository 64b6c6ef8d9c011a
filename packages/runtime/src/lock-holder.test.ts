import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeProcess, findLockHolder } from './lock-holder';

describe('findLockHolder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wafleet-lock-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('names the process that holds the lock, as long as it does', async () => {
    const path = join(folder, 'lock');
    writeFileSync(path, '');
    expect(findLockHolder(path)).toBeNull();
    const holder = spawn('flock', ['-F', path, 'sh', '-c', 'echo held; exec sleep 60'], { stdio: 'pipe' });
    await once(holder.stdout, 'data');
    expect(findLockHolder(path)).toEqual({
      pid: holder.pid,
      description: expect.stringMatching(new RegExp(`^process ${holder.pid} \\((sh|sleep)\\)$`)),
    });
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    expect(findLockHolder(path)).toBeNull();
  });

  it('knows no holder of a file that is not there', () => {
    expect(findLockHolder(join(folder, 'none'))).toBeNull();
  });
});

describe('describeProcess', () => {
  it('says only the number of a process that is gone', () => {
    expect(describeProcess(2 ** 22 + 1)).toBe(`process ${2 ** 22 + 1}`);
  });
});
