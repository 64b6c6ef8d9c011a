import { join } from 'node:path';
import { endOfLog, keepLog } from '../files/keep-log';
import { endChild, hasEnded, spawnTied, whenEnded } from '../processes/tied-process';
import { waitFor } from '../processes/wait-for';
import { repository } from '../repository';
import { StackError } from '../stack-error';
import type { Running } from './keep-running';

const program = join(repository, 'apps/web/dist/apps/web/main.cjs');

/**
 * Starts the web app as it was built, and resolves when it answers. It holds nothing, so that it may be ended at any time;
 * it ends when we die.
 * @throws StackError with the end of what it printed
 */
export async function startWeb(options: {
  host: string;
  port: number;
  controlPlaneUrl: string;
  portalKey: string;
  logFile: string;
}): Promise<Running> {
  const child = await spawnTied([process.execPath, program], {
    signal: 'TERM',
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      HOSTNAME: options.host,
      PORT: String(options.port),
      CONTROL_PLANE_URL: options.controlPlaneUrl,
      PORTAL_KEY: options.portalKey,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  keepLog(options.logFile, child.stdout, child.stderr);
  const address = options.host === '0.0.0.0' ? '127.0.0.1' : options.host;
  const url = `http://${address}:${options.port}/healthz`;
  const settled = await waitFor(async () => hasEnded(child) || (await answers(url)), 60_000);
  if (!settled || hasEnded(child)) {
    child.kill('SIGKILL');
    throw new StackError(
      `The web app did not start; the end of ${options.logFile}:\n${endOfLog(options.logFile)}`,
    );
  }
  return {
    pid: child.pid as number,
    exited: whenEnded(child),
    stop: () => endChild(child, { signal: 'SIGTERM', harder: 'SIGKILL', patienceMs: 10_000 }),
  };
}

function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}
