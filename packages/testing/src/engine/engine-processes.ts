import { execFile, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../eventually';
import { killIfThere } from '../kill-if-there';

const run = promisify(execFile);

/** What is left of the engine of a folder is ended: its daemons by their arguments, its containers by their control groups: they outlive it. */
export async function killRemains(dataRoot: string, folder: string): Promise<void> {
  const containers = await readdir(join(dataRoot, 'containers')).catch(() => []);
  await eventually(
    async () => {
      const left = (await listCommands()).filter(
        ({ command, groups }) =>
          command.some((part) => part.includes(`${folder}/`)) || containers.some((id) => groups.includes(id)),
      );
      for (const { pid } of left) if (pid !== process.pid) killIfThere(pid);
      return left.length === 0;
    },
    { timeoutMs: 60_000, what: 'the engine’s processes to end' },
  );
}

export async function unmountBelow(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8'))
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '');
  for (const mount of mounts.reverse())
    if (mount === folder || mount.startsWith(`${folder}/`))
      await run('umount', ['--lazy', mount]).catch(() => undefined);
}

/** A signal reaches one thread after the other; until the last one, some request may be answered. */
export function threadStates(pid: number): string[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2)[0] ?? '';
  });
}

export async function listCommands(): Promise<{ pid: number; command: string[]; groups: string }[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const groups = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '');
      return { pid, command: text.split('\0').filter(Boolean), groups };
    }),
  );
  return found.filter(({ command }) => command.length > 0);
}

export async function endChild(
  child: ChildProcess,
  signal: NodeJS.Signals,
  patienceMs = 10_000,
): Promise<void> {
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await ended;
  clearTimeout(timer);
}
