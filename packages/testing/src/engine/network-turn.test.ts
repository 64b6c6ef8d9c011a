import { afterEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../eventually';
import { tempDir, type TempDir } from '../temp-dir';
import { queueFile, takeNetworkTurn } from './network-turn';

let folder: TempDir | undefined;

afterEach(() => folder?.remove());

describe('a turn with the network of this machine', () => {
  it('is shared by who uses it, and alone of who changes it, in the order in which they came', async () => {
    folder = await tempDir('network-turn-');
    const { path } = folder;
    const story: string[] = [];
    const take = async (purpose: 'change' | 'use', name: string) => {
      const end = await takeNetworkTurn(purpose, path);
      story.push(`${name} begins`);
      return () => {
        story.push(`${name} ends`);
        end();
      };
    };

    const endFirst = await take('use', 'first');
    const endSecond = await take('use', 'second');
    const change = take('change', 'change');
    await eventually(() => someoneIsNext(path), { timeoutMs: 60_000, what: 'the change to be next' });
    const third = take('use', 'third');
    endFirst();
    endSecond();
    (await change)();
    (await third)();

    expect(story).toEqual([
      'first begins',
      'second begins',
      'first ends',
      'second ends',
      'change begins',
      'change ends',
      'third begins',
      'third ends',
    ]);
  });
});

const someoneIsNext = (path: string) =>
  promisify(execFile)('flock', ['-n', join(path, queueFile), 'true']).then(
    () => false,
    () => true,
  );
