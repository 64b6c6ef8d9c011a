import { isAlive, type ProcessIdentity } from './process-identity';
import { waitFor } from './wait-for';

/**
 * Ends a process that may not be our child: `signal` first, SIGKILL when it still lives after `patienceMs`.
 * Resolves when it is gone. A process that is gone already is fine.
 */
export async function endProcess(
  identity: ProcessIdentity,
  options: { signal: NodeJS.Signals; patienceMs: number },
): Promise<void> {
  send(identity, options.signal);
  if (await waitFor(() => !isAlive(identity), options.patienceMs)) return;
  send(identity, 'SIGKILL');
  if (!(await waitFor(() => !isAlive(identity), 10_000))) {
    throw new Error(`Process ${identity.pid} does not end, not even by SIGKILL.`);
  }
}

function send(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
