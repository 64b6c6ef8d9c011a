import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { ComposeProgram } from './compose-program';

const run = promisify(execFile);

/**
 * Runs a line as somebody would who follows a page: `docker` is the engine's, and whoever runs it is root already.
 * @returns what it wrote to its standard output
 * @throws Error with what it wrote to its standard error
 */
export type OperatorShell = (
  line: string,
  options?: { timeoutMs?: number; env?: Record<string, string> },
) => Promise<string>;

/**
 * @param options.folder where lines are run
 * @param options.env in which `docker` finds its engine
 */
export async function createOperatorShell(options: {
  folder: string;
  env: NodeJS.ProcessEnv;
  compose: ComposeProgram;
}): Promise<OperatorShell> {
  const { folder, env, compose } = options;
  const programs = join(folder, 'bin');
  await mkdir(programs, { recursive: true });
  const script = (name: string, lines: string[]) =>
    writeFile(join(programs, name), ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });
  await script('sudo', ['exec "$@"']);
  // The engine's own libraries are for its programs alone.
  await script('docker', [
    'if [ "$1" = compose ]; then',
    '  shift',
    ...exportsOf(compose.env),
    `  exec ${compose.command.map(quoted).join(' ')} "$@"`,
    'fi',
    ...exportsOf(env),
    'exec docker "$@"',
  ]);
  const PATH = [programs, process.env['PATH']].join(delimiter);
  return async (line, { timeoutMs = 60_000, env: further = {} } = {}) => {
    const settings = { cwd: folder, timeout: timeoutMs, maxBuffer: 64_000_000 };
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', line], {
      ...settings,
      env: { ...process.env, PATH, ...further },
    });
    return stdout;
  };
}

/** What is said in this environment otherwise than in ours. */
function exportsOf(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(env)
    .filter(([name, value]) => value !== undefined && value !== process.env[name])
    .map(([name, value]) => `export ${name}=${quoted(value ?? '')}`);
}

const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
