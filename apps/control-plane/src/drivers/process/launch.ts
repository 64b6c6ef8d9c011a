import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tenantEnvironment } from '@wafleet/runtime';
import { DriverError, type WorkerEnd } from '../worker-driver';
import { openOutput, type TenantFolder } from '../tenant-files/tenant-folder';
import { recordProcess, type WorkerRecord } from './worker-record';

export interface LaunchedWorker {
  record: WorkerRecord;
  /** Settles when the process ends, if that is in our lifetime. */
  ended: Promise<WorkerEnd>;
}

/**
 * Starts the worker's process: a session of its own, an environment with nothing of ours in it, output to a file.
 * @throws DriverError when there is nothing to start
 */
export async function launch(
  program: { node: string; nodeFlags: readonly string[]; bundle: string },
  folder: TenantFolder,
  worker: { generation: number; uid: number | null },
): Promise<LaunchedWorker> {
  const { uid } = worker;
  const output = await openOutput(folder, uid);
  try {
    const child = spawn(program.node, [...program.nodeFlags, program.bundle], {
      detached: true,
      cwd: folder.root,
      env: { ...tenantEnvironment(folder.root), WORKER_SETTINGS_FILE: folder.settingsFile },
      stdio: ['ignore', output.fd, output.fd],
      ...(uid === null ? {} : { uid, gid: uid }),
    });
    if (child.pid === undefined) throw await failureOf(child);
    // Nobody can have reaped it yet, so its start time is there to be read, however short its life.
    const record = recordProcess(child.pid, worker.generation);
    if (record === null) throw new DriverError('worker_exited', 'The worker ended as it was started.');
    const ended = new Promise<WorkerEnd>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    child.unref();
    return { record, ended };
  } finally {
    await output.close();
  }
}

async function failureOf(child: ChildProcess): Promise<DriverError> {
  const [cause] = (await once(child, 'error')) as [NodeJS.ErrnoException];
  return new DriverError('image_missing', `The worker's program can't be started (${cause.code}).`, {
    cause,
  });
}
