import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import type { WorkerSettings } from '@wafleet/contracts';
import { tenantEnvironment } from '@wafleet/runtime';
import { LoginTrialError, type TrialEngine } from '../login-trial';
import { findProcessesWith, killUntilNone } from './process-tree';

/**
 * Trials as processes of this machine, with the lowest priority. Started by root they have a network of their own in which
 * there is nothing, where the system allows one; else the browser only knows a proxy that is not there.
 */
export function createProcessTrials(options: {
  node: string;
  nodeFlags: readonly string[];
  bundle: string;
  browser: WorkerSettings['browser'];
}): TrialEngine {
  const { node, nodeFlags, bundle, browser } = options;
  let hasOwnNetwork: Promise<boolean> | null = null;

  return {
    async run({ owner, folder, timeoutMs }, signal) {
      const { osUid } = owner;
      hasOwnNetwork ??= canHaveOwnNetwork();
      const apart = (await hasOwnNetwork) ? ['unshare', '--net', '--'] : [];
      const user =
        osUid === null ? [] : ['setpriv', `--reuid=${osUid}`, `--regid=${osUid}`, '--clear-groups', '--'];
      // It ends when we do, however that is.
      const settings = JSON.stringify({ folder, timeoutMs, parentPipe: true, ...browser });
      // Each becomes the next: the process is the program in the end.
      const command = [...apart, ...user, node, ...nodeFlags, bundle, 'check-login', settings];
      const child = spawn('nice', ['-n', '19', ...command], {
        cwd: folder,
        env: tenantEnvironment(folder),
        stdio: ['pipe', 'ignore', 'ignore'],
        signal,
        killSignal: 'SIGKILL',
        timeout: timeoutMs,
      });
      await new Promise<void>((resolve, reject) => {
        child.once('error', (cause) =>
          reject(new LoginTrialError('The browser could not be started.', { cause })),
        );
        child.once('exit', () => resolve());
      });
    },

    async end(folder) {
      const marks = [`--user-data-dir=${folder}/`, `"folder":${JSON.stringify(folder)}`];
      await killUntilNone(() =>
        findProcessesWith((argument) => marks.some((mark) => argument.includes(mark))),
      );
    },
  };
}

/** Not in every container, even as root. */
async function canHaveOwnNetwork(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  return promisify(execFile)('unshare', ['--net', '--', 'true'], { timeout: 10_000 }).then(
    () => true,
    () => false,
  );
}
