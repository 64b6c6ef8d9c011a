import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tempDir, type TempDir } from '@wafleet/testing';
import { identify } from '../src/processes/process-identity';
import { takeOver } from '../src/stack/run-record';

let folder: TempDir;
let child: ChildProcess;

beforeEach(async () => {
  folder = await tempDir();
  child = spawn('sleep', ['600']);
  await once(child, 'spawn');
});

afterEach(async () => {
  child.kill('SIGKILL');
  await folder.remove();
});

const earlierRun = (run: unknown) => writeFile(join(folder.path, 'run.json'), JSON.stringify(run));
const gone = { pid: 1, startTime: 'never' };

describe('takeOver', () => {
  it('ends what a launcher that is gone has left, and names it', async () => {
    const ended = once(child, 'exit');
    await earlierRun({
      launcher: gone,
      children: {
        Postgres: { ...gone, endsBy: 'SIGINT' },
        'stand-in': { ...identityOf(child), endsBy: 'SIGTERM' },
      },
    });
    expect((await takeOver(folder.path)).ended).toEqual(['stand-in']);
    expect(await ended).toEqual([null, 'SIGTERM']);
  });

  it('leaves a process alone that merely has the same id', async () => {
    const { pid } = identityOf(child);
    const stranger = { pid, startTime: '1', endsBy: 'SIGKILL' };
    await earlierRun({ launcher: gone, children: { 'control plane': stranger } });
    expect((await takeOver(folder.path)).ended).toEqual([]);
    expect(child.exitCode).toBeNull();
  });

  it('refuses a data folder whose launcher is alive', async () => {
    await earlierRun({ launcher: identityOf(child), children: {} });
    await expect(takeOver(folder.path)).rejects.toThrow(
      `already runs on ${folder.path} (process ${child.pid})`,
    );
  });
});

function identityOf(process: ChildProcess) {
  const identity = identify(process.pid as number);
  if (!identity) throw new Error('the child is gone');
  return identity;
}
