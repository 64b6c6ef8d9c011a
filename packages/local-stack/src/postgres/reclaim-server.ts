import { join } from 'node:path';
import { readIfPresent } from '../files/private-file';
import { endProcess } from '../processes/end-process';
import { commandLine, identify } from '../processes/process-identity';

/**
 * Ends the server that an earlier run left on this cluster, if there is one, and says whether there was. A process that
 * merely got the same id is left alone.
 */
export async function reclaimServer(clusterDir: string): Promise<boolean> {
  const pidFile = await readIfPresent(join(clusterDir, 'postmaster.pid'));
  if (pidFile === null) return false;
  const [pid, servedDir] = pidFile.split('\n');
  const server = identify(Number(pid));
  if (server === null || servedDir !== clusterDir) return false;
  const isOurs = commandLine(server.pid).includes(clusterDir);
  if (!isOurs) return false;
  await endProcess(server, { signal: 'SIGINT', patienceMs: 20_000 });
  return true;
}
