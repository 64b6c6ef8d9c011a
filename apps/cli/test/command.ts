import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { expect } from '@jest/globals';
import type { Stack } from '@wafleet/testing';
import { allVerbs } from '../src/verbs/all-verbs';
import { nameOf } from '../src/verbs/schema-verb';

const program = resolve(__dirname, '../bin/wafleet.cjs');
/** Of a loaded machine; a command that needs longer hangs. */
const patienceMs = 240_000;

export interface Ended {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** `wafleet` as an operator has it: a process of its own, without a terminal. */
export interface Command {
  run(words: readonly string[]): Promise<Ended>;
  /** With `--json`, which must succeed and fit the verb's schema. */
  json(words: readonly string[], exitCode?: number): Promise<any>;
  /** Until its output has what is looked for; then Ctrl-C. */
  follow(words: readonly string[], hasSeen: (stdout: string) => boolean): Promise<Ended>;
  /** Verbs whose `--json` was checked. */
  readonly checked: ReadonlySet<string>;
}

export function createCommand(env: Record<string, string>): Command {
  const checked = new Set<string>();
  const start = (words: readonly string[]) => {
    const child = spawn(process.execPath, [program, ...words], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: patienceMs,
      killSignal: 'SIGKILL',
    });
    const chunks = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (chunks.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (chunks.stderr += chunk.toString()));
    const ended = once(child, 'close').then(([exitCode]): Ended => ({ exitCode, ...chunks }));
    return { child, chunks, ended };
  };
  const run: Command['run'] = (words) => start(words).ended;
  return {
    checked,
    run,
    async json(words, exitCode = 0) {
      // Before what may belong to another program.
      const ended = await run([words[0] as string, ...afterGroup(words), '--json', ...rest(words)]);
      expect({ ...ended, words }).toMatchObject({ exitCode, words });
      const data: unknown = JSON.parse(ended.stdout);
      const verb = verbOf(words);
      verb.json.parse(data);
      checked.add(nameOf(verb.usage));
      return data;
    },
    async follow(words, hasSeen) {
      const { child, chunks, ended } = start(words);
      let isSeen = false;
      child.stdout.on('data', () => {
        if (isSeen || !hasSeen(chunks.stdout)) return;
        isSeen = true;
        child.kill('SIGINT');
      });
      return ended;
    },
  };
}

const groupsOf = new Set(allVerbs.map(({ usage }) => nameOf(usage)).filter((name) => name.includes(' ')));
const isOfGroup = (words: readonly string[]) => groupsOf.has(words.slice(0, 2).join(' '));
const afterGroup = (words: readonly string[]) => (isOfGroup(words) ? [words[1] as string] : []);
const rest = (words: readonly string[]) => words.slice(isOfGroup(words) ? 2 : 1);

function verbOf(words: readonly string[]) {
  const name = words.slice(0, isOfGroup(words) ? 2 : 1).join(' ');
  const verb = allVerbs.find(({ usage }) => nameOf(usage) === name);
  if (verb === undefined) throw new Error(`no verb ${name}`);
  return verb;
}

/** What every stack writes for its operators. */
export function accessOf(stack: Pick<Stack, 'adminKey' | 'portalKey'>, url: string): string {
  return JSON.stringify({ controlPlaneUrl: url, adminKey: stack.adminKey, portalKey: stack.portalKey });
}
