import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { endOfLog, keepLog } from '../files/keep-log';
import { endChild, hasEnded, whenEnded } from '../processes/tied-process';
import { waitFor } from '../processes/wait-for';
import { repository } from '../repository';
import { StackError } from '../stack-error';
import type { Running } from './keep-running';
import { isReady } from './ready';

const program = join(repository, 'apps/control-plane/dist/control-plane.cjs');
const startTimeoutMs = 60_000;
/** Workers are asked to close their browsers, all at once; each has a deadline of its own. */
const drainTimeoutMs = 45_000;

/**
 * Starts the control plane and resolves when it is ready. It holds a pipe to us and ends when we die; told to end, it
 * stops the workers first and leaves what is wanted of them as it is.
 * @throws StackError with the end of what it printed
 */
export async function startControlPlane(options: {
  url: string;
  env: NodeJS.ProcessEnv;
  logFile: string;
}): Promise<Running> {
  const child = spawn(process.execPath, [program], {
    env: { ...options.env, PARENT_PIPE: '1', STOP_WORKERS_ON_EXIT: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C in the terminal is ours to answer.
    detached: true,
  });
  await new Promise((done, failed) => child.once('spawn', done).once('error', failed));
  keepLog(options.logFile, child.stdout, child.stderr);
  const settled = await waitFor(async () => hasEnded(child) || (await isReady(options.url)), startTimeoutMs);
  if (!settled || hasEnded(child)) {
    child.kill('SIGKILL');
    throw new StackError(
      `The control plane did not start; the end of ${options.logFile}:\n${endOfLog(options.logFile)}`,
    );
  }
  return {
    pid: child.pid as number,
    exited: whenEnded(child),
    stop: () => endChild(child, { signal: 'SIGTERM', harder: 'SIGKILL', patienceMs: drainTimeoutMs }),
  };
}
