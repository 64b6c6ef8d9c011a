// The one command of a fresh clone: brings it to where the rest can run, then runs it. Plain JavaScript without
// dependencies, because it runs before there are any.
//
//   node bootstrap.mjs start | demo | setup
//   node bootstrap.mjs test | bench | check [further arguments of the tool]
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const binaries = join(repository, 'node_modules/.bin');
const stamps = join(repository, 'node_modules/.cache/wafleet');
const startedAt = Date.now();

/** A person can put it right; shown without a stack. */
class Problem extends Error {}

/** Ctrl-C was pressed while another program worked; what that one says of it is not the reason. */
let isInterrupted = false;

const commands = { start: runStack, demo: runStack, setup: prepareMachine, test, bench, check };

const [command, ...args] = process.argv.slice(2);
main().catch((error) => {
  process.stderr.write(`\n${error instanceof Problem ? error.message : error.stack}\n`);
  process.exit(1);
});

async function main() {
  requireSupportedMachine();
  if (!Object.hasOwn(commands, command ?? '')) {
    throw new Problem(`Say one of ${Object.keys(commands).join(', ')}.`);
  }
  process.chdir(repository);
  process.env.PATH = [binaries, process.env.PATH].join(delimiter);
  await install();
  await build();
  process.exitCode = (await commands[command]()) ?? 0;
}

function requireSupportedMachine() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Problem(`Wafleet needs Node 20.19 or newer; this is ${process.version}.`);
  }
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    throw new Problem(
      `Wafleet runs on Linux on x64 and arm64; this is ${process.platform} on ${process.arch}.`,
    );
  }
}

/** Only when the lockfile has changed since the last time. */
async function install() {
  const state = hashOf(['pnpm-lock.yaml', 'pnpm-workspace.yaml'].map((name) => readFileSync(name)));
  if (isUpToDate('installed', state) && existsSync(join(binaries, 'turbo'))) return;
  const { packageManager } = JSON.parse(readFileSync('package.json', 'utf8'));
  progress('Installing packages');
  await runQuietly('npx', ['--yes', packageManager, 'install', '--frozen-lockfile'], {
    failed: 'The packages could not be installed',
    advice: 'Check that the npm registry can be reached (npm ping), then try again.',
  });
  markUpToDate('installed', state);
}

/** Only when a source file has changed since the last time, and no more than the command needs. */
async function build() {
  const everything = commands[command] !== runStack;
  const stamp = everything ? 'built' : 'built-to-run';
  const state = hashOf(sourceFiles().map((path) => `${path} ${mark(path)}`));
  if (isUpToDate(stamp, state) && existsSync('packages/local-stack/dist/main.js')) return;
  progress('Building');
  const notToRun = ['--only', '--filter=!@wafleet/testing', '--filter=!@wafleet/bench'];
  await runQuietly('turbo', ['run', 'build', '--output-logs=errors-only', ...(everything ? [] : notToRun)], {
    failed: 'The build failed',
    advice: 'The lines above name the file.',
  });
  markUpToDate('built-to-run', state);
  if (everything) markUpToDate('built', state);
}

/** In this process, so that a signal has one addressee. */
async function runStack() {
  process.env.COMMAND_STARTED_AT ??= String(startedAt);
  await importBuilt('main.js');
}

/** A browser, and a Redis where one is required. */
async function prepareMachine() {
  const { prepareMachine: prepare } = await importBuilt('prepare-machine.js');
  await prepare(progress).catch((error) => {
    throw error.name === 'StackError' ? new Problem(error.message) : error;
  });
}

async function test() {
  await prepareMachine();
  progress('Running tests');
  return run('jest', args);
}

async function bench() {
  await prepareMachine();
  return run('node', ['bench/dist/main.js', ...args]);
}

/** Everything that can be checked; the tests come last, whatever was found before. */
async function check() {
  const steps = [
    ['format', 'prettier', ['--check', '--log-level=warn', '.']],
    ['lint', 'eslint', ['.']],
    ['types', 'turbo', ['run', 'types', '--output-logs=errors-only']],
    ['unused code', 'knip', []],
  ];
  const failed = [];
  for (const [name, program, programArgs] of steps) {
    progress(`Checking ${name}`);
    if ((await run(program, programArgs)) !== 0) failed.push(name);
  }
  if (failed.length > 0) process.stderr.write(`\nNot in order: ${failed.join(', ')}\n\n`);
  const exitCode = await test();
  return failed.length > 0 ? 1 : exitCode;
}

function progress(text) {
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${`${seconds}s`.padStart(7)}  ${text}\n`);
}

const importBuilt = (file) => import(pathToFileURL(join(repository, 'packages/local-stack/dist', file)).href);

/** The program's output is shown only when it fails: its end, and what to do. */
async function runQuietly(program, programArgs, { failed, advice }) {
  const output = [];
  const exitCode = await run(program, programArgs, (chunk) => output.push(String(chunk)));
  if (isInterrupted) throw new Problem('Interrupted; the next run goes on from here.');
  if (exitCode === 0) return;
  const lines = output.join('').trimEnd().split('\n').slice(-25);
  throw new Problem(`${lines.join('\n')}\n\n${failed}. ${advice}`);
}

/** @returns the exit code */
function run(program, programArgs, onOutput) {
  const child = spawn(program, programArgs, {
    stdio: onOutput ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    // Nobody is asked anything, and nothing is reported anywhere.
    env: {
      ...process.env,
      ...(onOutput ? { CI: '1' } : {}),
      DO_NOT_TRACK: '1',
      NEXT_TELEMETRY_DISABLED: '1',
      TURBO_TELEMETRY_DISABLED: '1',
    },
  });
  child.stdout?.on('data', onOutput);
  child.stderr?.on('data', onOutput);
  // Ctrl-C reaches the child by itself; we wait for what it makes of it.
  const wait = () => (isInterrupted = true);
  const forward = () => {
    isInterrupted = true;
    child.kill('SIGTERM');
  };
  process.on('SIGINT', wait).on('SIGTERM', forward);
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Problem(`${program} could not be started: ${error.message}`)));
    child.once('close', (code) => {
      process.off('SIGINT', wait).off('SIGTERM', forward);
      resolve(code ?? 1);
    });
  });
}

function sourceFiles() {
  const folders = ['apps', 'packages', 'bench', 'prisma'];
  return [...folders.flatMap((folder) => [...filesBelow(folder)]), 'tsconfig.base.json', 'turbo.json'];
}

const notSources = [
  'node_modules',
  'dist',
  '.next',
  'next-env.d.ts',
  'generated',
  'test',
  'results',
  '.turbo',
];

function* filesBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (notSources.includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

/** Changes with the file, and is had without reading it. */
function mark(path) {
  const { mtimeMs, size } = statSync(path);
  return `${mtimeMs} ${size}`;
}

function hashOf(parts) {
  const hash = createHash('sha256').update(process.version);
  for (const part of parts) hash.update(part).update('\n');
  return hash.digest('hex');
}

function isUpToDate(stamp, state) {
  const path = join(stamps, stamp);
  return existsSync(path) && readFileSync(path, 'utf8') === state;
}

function markUpToDate(stamp, state) {
  mkdirSync(stamps, { recursive: true });
  writeFileSync(join(stamps, stamp), state);
}
