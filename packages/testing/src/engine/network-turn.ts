import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { programsDir } from '@wafleet/local-stack';

/** How long a turn may be waited for: as long as the longest tests that change the network, several times over. */
export const networkTurnMs = 1_200_000;

/** Held by whoever is next. */
export const queueFile = 'network-queue.lock';

/**
 * Who changes this machine's network has it alone: the packet filter's tables are one for all, and a browser gives up
 * every request that waits for a connection in the moment an address comes or goes (net::ERR_NETWORK_CHANGED). Any
 * number may use it at once. Who came first is first, so that neither kind keeps the other waiting for ever.
 * @param folder of the locks, the same for all users of the machine's network
 * @returns ends the turn, as does the end of this process
 */
export async function takeNetworkTurn(
  purpose: 'change' | 'use',
  folder = programsDir(),
): Promise<() => void> {
  // Another program holds the lock for us, and lets go of it when we end, however we end.
  const steps = [
    'exec 8>"$1" 9>"$2"',
    'flock 8',
    `flock ${purpose === 'change' ? '--exclusive' : '--shared'} 9`,
    'exec 8>&-',
    'echo held',
    'exec cat',
  ];
  const files = [queueFile, 'network.lock'].map((name) => join(folder, name));
  const holder = spawn('sh', ['-c', steps.join(' && '), 'network-turn', ...files], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    holder.stdout.once('data', () => resolve());
    holder.once('error', reject).once('exit', () => reject(new Error('the network could not be locked')));
  });
  holder.stdout.resume();
  return () => holder.stdin.end();
}
