import { spawn, type SpawnOptions } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { tenantEnvironment } from '@wafleet/runtime';
import { z } from 'zod';
import { loadMachineConfig } from '../../config';
import { Failure } from '../../failure';
import { findTenantsDir } from '../../installation';
import { tenantArgument } from '../arguments';
import { type Context, defineVerb } from '../verb';

/** Of what a command prints with `--json`. */
const maxOutputBytes = 1_000_000;

export const execVerb = defineVerb({
  usage: 'exec <tenant> [command...]',
  summary: "Run a command where a tenant's worker runs, as its user and in its folder; a shell without one",
  details:
    'For tenants of this machine; with WORKER_DRIVER=docker in their container. Ends with the exit code of the command. As: wafleet exec bakery du -sh profile',
  input: z.strictObject({ tenant: tenantArgument, command: z.array(z.string()).default([]) }),
  json: z.object({ exitCode: z.number().int(), stdout: z.string(), stderr: z.string() }),
  passesOptions: true,
  async run(context, { tenant: called, command }) {
    const { id } = await context.findTenant(called);
    const { driver } = loadMachineConfig(context.config.environment);
    const given = command.length > 0 ? command : ['/bin/sh'];
    const running =
      driver === 'docker' ? await inContainer(context, id, given) : await onMachine(context, id, given);
    const exitCode = await running.ended;
    if (!context.asJson) return { data: null, text: null, exitCode };
    return { data: { exitCode, stdout: running.stdout(), stderr: running.stderr() }, text: null, exitCode };
  },
});

const stdioOf = ({ asJson }: Context): SpawnOptions['stdio'] =>
  asJson ? ['ignore', 'pipe', 'pipe'] : 'inherit';

async function onMachine(context: Context, id: string, [program, ...args]: string[]): Promise<Running> {
  const folder = join(await findTenantsDir(context.config), id);
  const owner = statSync(folder, { throwIfNoEntry: false });
  if (owner === undefined)
    throw new Failure('notFound', {
      title: 'This tenant has no folder on this machine.',
      detail: folder,
      action: 'Run it where its worker runs, with DATA_DIR as there.',
    });
  return start(program as string, args, {
    cwd: folder,
    // As its worker has it, and nothing of ours.
    env: {
      ...tenantEnvironment(folder),
      TERM: context.config.environment.TERM,
      WAFLEET_TENANT: id,
    },
    stdio: stdioOf(context),
    signal: context.signal,
    // Where root starts workers, the folder's group is the number of the tenant's user.
    ...(process.getuid?.() === 0 && owner.gid !== 0 ? { uid: owner.gid, gid: owner.gid } : {}),
  });
}

/** The container has the name of its tenant in a label, and there is one at most. */
async function inContainer(context: Context, id: string, command: string[]): Promise<Running> {
  const find = ['ps', '--quiet', '--filter', `label=wafleet.tenant=${id}`, '--filter', 'status=running'];
  const listed = start('docker', find, { stdio: ['ignore', 'pipe', 'inherit'], signal: context.signal });
  const exitCode = await listed.ended;
  const name = listed.stdout().trim().split('\n', 1)[0] ?? '';
  if (exitCode !== 0 || name === '')
    throw new Failure('notFound', {
      title:
        exitCode === 0 ? 'No container of this tenant runs on this engine.' : 'The engine can not be asked.',
      detail: id,
      action: exitCode === 0 ? `Start it, wafleet start ${id}, or run this where it runs.` : 'wafleet doctor',
    });
  const flags = context.asJson
    ? []
    : context.terminal.canAsk
      ? ['--interactive', '--tty']
      : ['--interactive'];
  return start('docker', ['exec', ...flags, name, ...command], {
    stdio: stdioOf(context),
    signal: context.signal,
  });
}

interface Running {
  ended: Promise<number>;
  stdout(): string;
  stderr(): string;
}

/** Listened to from the first moment: what can't be started says so at once. */
function start(program: string, args: readonly string[], options: SpawnOptions): Running {
  const child = spawn(program, args, options);
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new Failure('failed', {
          title: `${program} could not be started.`,
          detail: `${error.code ?? error.message}.`,
          action: 'Check that it is installed, and that you may run as the user of the tenant (root may).',
        }),
      ),
    );
    child.once('close', (code, signal) => resolve(code ?? (signal === null ? 1 : 130)));
  });
  // Whoever waits for it is told; until then nobody does.
  ended.catch(() => undefined);
  return { ended, stdout: read(child.stdout), stderr: read(child.stderr) };
}

function read(stream: NodeJS.ReadableStream | null): () => string {
  const kept: Buffer[] = [];
  let bytes = 0;
  stream?.on('data', (chunk: Buffer) => {
    if (bytes < maxOutputBytes) kept.push(chunk);
    bytes += chunk.length;
  });
  return () => Buffer.concat(kept).toString().slice(0, maxOutputBytes);
}
