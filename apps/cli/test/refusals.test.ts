import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ControlPlane, freePort, type Stack, startStack, tempDir } from '@wafleet/testing';
import { allVerbs } from '../src/verbs/all-verbs';
import { nameOf } from '../src/verbs/schema-verb';
import { accessOf, createCommand } from './command';

/** Something for every argument, of the right shape. */
const samples: Record<string, string> = {
  name: 'Bakery',
  chat: '15550100900',
  words: 'Hello',
  number: '15550100001',
  opens: 'admin',
  url: 'https://example.com/hook',
  since: '2026-01-01T00:00:00Z',
};
/** What asks no control plane. */
const local = ['doctor', 'completion'];
/** What needs an argument that stands in brackets: without it the verb is about something else. */
const alsoGiven: Record<string, string[]> = {
  backup: ['no-tenant'],
  restore: ['no-tenant'],
  events: ['no-tenant'],
  'incidents list': ['no-tenant'],
  open: ['no-tenant'],
  move: ['no-tenant', '--out', '/no-such-folder/file'],
};
const remote = allVerbs.filter(({ usage }) => !local.includes(nameOf(usage)));
const ofTenant = remote.filter(
  ({ usage }) => /<tenants?(\.\.\.)?>/.test(usage) || nameOf(usage) in alsoGiven,
);
const endless = (name: string) => (name === 'events' ? ['--follow'] : []);

const wordsOf = (usage: string, asks: boolean | undefined): string[] => [
  ...nameOf(usage).split(' '),
  ...[...usage.matchAll(/<([\w-]+)(?:\.\.\.)?>/g)].map(([, name]) => samples[name as string] ?? `no-${name}`),
  ...(alsoGiven[nameOf(usage)] ?? []),
  ...endless(nameOf(usage)),
  ...(asks ? ['--yes'] : []),
];

describe('wafleet, refused', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;

  beforeAll(async () => {
    stack = await startStack();
    controlPlane = await stack.startControlPlane();
    await writeFile(join(stack.dataDir, 'access.json'), accessOf(stack, controlPlane.url), { mode: 0o600 });
  }, 180_000);
  afterAll(() => stack?.stop(), 120_000);

  it('says that the control plane is away, whatever is asked of it', async () => {
    const env = { WAFLEET_URL: `http://127.0.0.1:${await freePort()}`, WAFLEET_KEY: 'any' };
    await each(remote, env, {
      exitCode: 3,
      stdout: '',
      stderr: expect.stringMatching(/^The control plane does not answer\.\n.*\n→ Start it/),
    });
  }, 300_000);

  it('says that the key opens nothing, and how one is had', async () => {
    const env = { WAFLEET_URL: controlPlane.url, WAFLEET_KEY: 'wfa_wrong' };
    // Whether it is well is told to anybody; how many tenants there are is not.
    await each(remote, env, {
      exitCode: 4,
      stdout: '',
      stderr: expect.stringContaining('A valid key is needed.'),
    });
  }, 300_000);

  it('says that there is no such tenant, and how they are listed', async () => {
    await each(
      ofTenant,
      { DATA_DIR: stack.dataDir },
      {
        exitCode: 5,
        stdout: '',
        stderr: expect.stringMatching(/^There is no tenant no-tenants?\.\n→ wafleet ps lists them/),
      },
    );
  }, 300_000);

  it('finds no installation, an unreadable one, and a key that is for another address', async () => {
    const empty = await tempDir();
    const missing = await createCommand({ DATA_DIR: empty.path }).run(['ps']);
    expect(missing).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('No installation is known.'),
    });
    await writeFile(join(empty.path, 'access.json'), 'half');
    const broken = await createCommand({ DATA_DIR: empty.path }).run(['ps']);
    expect(broken).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('can not be understood') });
    await empty.remove();
    const other = await createCommand({ DATA_DIR: stack.dataDir, WAFLEET_URL: 'http://127.0.0.1:1' }).run([
      'ps',
    ]);
    expect(other).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('no key for this address') });
    expect(other.stderr).not.toContain(stack.adminKey);
  });

  it('answers wrong usage with the right one', async () => {
    const { run } = createCommand({ DATA_DIR: stack.dataDir });
    expect(await run(['stauts'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('status') });
    expect(await run(['logs', 'x', '-n', '0'])).toMatchObject({ exitCode: 2 });
    expect(await run(['create'])).toMatchObject({ exitCode: 2 });
    expect(await run(['help'])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Exit codes') });
    expect(await run(['--version'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  /** Four at a time: each is a process, and most of its time is the start of one. */
  async function each(verbs: typeof remote, env: Record<string, string>, expected: object): Promise<void> {
    const { run } = createCommand(env);
    const left = verbs.map(({ usage, asks }) => wordsOf(usage, asks));
    const lane = async () => {
      for (let words = left.pop(); words !== undefined; words = left.pop())
        expect({ words, ...(await run(words)) }).toMatchObject({ words, ...expected });
    };
    await Promise.all([lane(), lane(), lane(), lane()]);
  }
});
