import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  asAdmin,
  controlPlaneProgram,
  createApiClient,
  eventually,
  freePort,
  type ApiClient,
} from '@wafleet/testing';
import { patienceMs, type Fleet } from './fleet';

export interface LaunchedControlPlane {
  api: ApiClient;
  /** The end of what it printed. */
  output(): string;
  /** Resolves when it is the one that acts. */
  untilReady(): Promise<void>;
  /** SIGKILL; resolves when it is gone. Repeats do nothing. */
  kill(): Promise<void>;
}

/**
 * The control plane as a process of its own: ready, or standing by beside one that acts. It ends with this process.
 */
export async function launchControlPlane(
  fleet: Fleet,
  overrides: Record<string, string>,
  { standsBy = false }: { standsBy?: boolean } = {},
): Promise<LaunchedControlPlane> {
  if (!existsSync(controlPlaneProgram)) throw new Error('Build the control plane first: pnpm run build');
  const port = await freePort();
  const env = await fleet.environment({ PORT: String(port), ...overrides });
  // It ends when its input does.
  const child = spawn(process.execPath, [controlPlaneProgram], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data) => void printed.splice(0, printed.push(String(data)) - keptPieces));
  const output = () => printed.join('');
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const api = createApiClient(`http://127.0.0.1:${port}`, asAdmin(env['ADMIN_KEY'] as string));
  const until = async (
    isThere: (answer: { status: number; body: { code?: string } }) => boolean,
    what: string,
  ) => {
    await eventually(async () => isThere(await api.call('GET', '/readyz')), {
      timeoutMs: 2 * patienceMs,
      what: () => `a control plane that ${what}; ${output()}`,
    });
  };
  const untilReady = () => until(({ status }) => status === 200, 'is ready');
  try {
    if (standsBy) await until(({ body }) => body.code === 'STANDBY', 'stands by');
    else await untilReady();
  } catch (error) {
    await kill();
    throw error;
  }
  return { api, output, untilReady, kill };
}

const keptPieces = 60;
